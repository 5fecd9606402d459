// Drafts: forms with data-autosave are saved and checked when a field is left (UX 6, 8, 14).
import { $, byId, drafts, each, make, on, post, prolong, showError, unsaved } from "./app.js";
import { followCountry } from "./country.js";

// Nothing moves while a button is held down: it would go from under the pointer, and the click would miss it.
let released = Promise.resolve();
on("pointerdown", () => {
  released = new Promise((resolve) => ["pointerup", "pointercancel"].forEach((end) =>
    on(end, () => setTimeout(resolve), { once: true })));
});

function status(text) {
  const line = $("[data-saved]");
  if (line) line.textContent = text;
}
function note(form, tone, text, address, label) {
  byId("draft-note")?.remove();
  const link = make("a", { href: address, textContent: label, className: "btn btn-sm" });
  const box = make("div", { className: `note ${tone}`, id: "draft-note" }, make("div", { textContent: text }), link);
  box.setAttribute("role", "alert");
  form.before(box);
  status("Not saved");
}
function take(form, field, answer) {
  if (answer.version !== undefined && form.elements.version) form.elements.version.value = answer.version;
  if (answer.saved) status(answer.saved);
  showError(field, answer.error);
  byId(`${field.name}-note`)?.remove();
  if (answer.note) {
    const line = make("p", { className: "hint", id: `${field.name}-note`, textContent: answer.note });
    line.setAttribute("role", "status");
    field.closest(".f")?.append(line);
  }
  if (answer.options) followCountry(form, answer.options);
}
// Follows what was just saved, so that it never shows the price of something else.
async function renewPrice(form) {
  const box = $("[data-price]", form);
  const answer = box && await fetch(form.action, { redirect: "error", signal: AbortSignal.timeout(5000) });
  if (!answer?.ok) return;
  const fresh = $("[data-price]", new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (fresh) box.replaceChildren(...fresh.childNodes);
}
async function save(form, field) {
  const body = new URLSearchParams(new FormData(form));
  each("[type=password]", (secret) => secret !== field && body.delete(secret.name), form);
  body.set("_field", field.name);
  const answer = await post(form.dataset.autosave, body, "application/json");
  await released;
  if (answer.status === 409) {
    return note(form, "warn", "This page was changed in another window. What you see here is no longer the newest.",
      location.href, "Load the newest");
  }
  // A redirect is the way to the sign-in page.
  if (answer.type === "opaqueredirect" || answer.status === 401) {
    return note(form, "warn", "You are signed out, so this is not saved.", "/sign-in", "Sign in");
  }
  if (!answer.headers.get("content-type")?.includes("json")) throw new Error(`answered ${answer.status}`);
  take(form, field, await answer.json());
  unsaved.delete(form);
  prolong();
  await renewPrice(form);
}
// One after the other: each answer brings the version the next one needs. A moment later, so that leaving a field by
// pressing a button sends the form only.
async function saveInTurn(form, field) {
  if (form.dataset.sent) return;
  drafts.saving += 1;
  await save(form, field).catch(() => status("Not saved yet"));
  drafts.saving -= 1;
}
on("change", (event) => {
  const field = event.target;
  const form = field.form;
  if (!form?.dataset.autosave || !field.name) return;
  unsaved.add(form);
  status("Saving");
  setTimeout(() => { drafts.done = drafts.done.then(() => released).then(() => saveInTurn(form, field)); }, 300);
});
