// States and postal code follow the country (UX 14). A form with data-rules asks that address for them; drafts.js gets
// them with its save.
import { $, byId, make, on, showError } from "./app.js";

function relabel(field, text, required) {
  const label = text && $(`label[for="${field.id}"]`);
  if (!label) return;
  const optional = make("span", { className: "opt", textContent: " (optional)" });
  label.replaceChildren(text, ...(required === false ? [optional] : []));
  field.required = required !== false;
}
// A country without states, or without postal codes, is not asked for one; some forms demand neither anywhere.
export function followCountry(form, rules) {
  const demanded = (required) => "placeOptional" in form.dataset ? false : required;
  const state = form.elements.state ?? form.elements.billing_state;
  if (state && rules.state) {
    showError(state, null);
    state.replaceChildren(new Option("Choose", ""), ...rules.state.map(([value, label]) => new Option(label, value)));
    state.closest("[data-states]")?.toggleAttribute("hidden", rules.state.length === 0);
    relabel(state, rules.state_label, demanded(rules.state_required));
  }
  const postal = form.elements.postal_code;
  if (!postal) return;
  showError(postal, null);
  postal.closest("[data-postal]")?.toggleAttribute("hidden", rules.has_postal_code === false);
  relabel(postal, rules.postal_label, demanded(rules.postal_required));
  const hint = byId(`${postal.id}-hint`);
  if (hint) hint.textContent = rules.postal_hint ?? "";
}
on("change", async (event) => {
  const { form, name, value } = event.target;
  if (!form?.dataset.rules || !/^(billing_)?country$/.test(name)) return;
  const address = `${form.dataset.rules}?country=${encodeURIComponent(value)}`;
  const answer = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(5000) }).catch(() => null);
  // Without an answer the form stays as it is, and the server says what is missing. A later choice has its own answer.
  if (answer?.ok && event.target.value === value) followCountry(form, await answer.json());
});
