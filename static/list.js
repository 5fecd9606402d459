// The list of organizations: rows are selected one by one, from one to another with shift, a page at once, or all that match
// (UX 24). Without script the boxes and the buttons under the table do the same.
import { $, byId, each, on } from "./app.js";

// The countries come when the filters are opened. Without an answer those that are there can be chosen.
const filters = byId("filters");
const country = filters && $("[data-options]", filters);
filters?.addEventListener("beforetoggle", async () => {
  const address = country?.dataset.options;
  if (!address) return;
  delete country.dataset.options;
  const answer = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(5000) }).catch(() => null);
  if (!answer?.ok) {
    country.dataset.options = address;
    return;
  }
  const { value } = country;
  const options = (await answer.json()).map(([code, name]) => new Option(name, code, false, code === value));
  country.replaceChildren(country.options[0], ...options);
});

const form = $("form[data-list]");
const bar = form && $("[data-bulk]", form);
if (bar) {
  const boxes = [...form.querySelectorAll("[name=id]")];
  const page = $("[data-page]", form);
  const all = $("[name=all]", form);
  let last = -1;

  const show = () => {
    const selected = boxes.filter((box) => box.checked).length;
    bar.toggleAttribute("data-on", selected > 0 || Boolean(all?.checked));
    each("[data-count]", (line) => {
      line.textContent = all?.checked ? line.dataset.all : `${selected} selected`;
    }, bar);
    if (page) {
      page.checked = selected === boxes.length;
      page.indeterminate = selected > 0 && selected < boxes.length;
    }
  };
  const set = (some, checked) => some.forEach((box) => { box.checked = checked; });

  form.addEventListener("click", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey && last >= 0) {
      set(boxes.slice(Math.min(at, last), Math.max(at, last) + 1), event.target.checked);
    }
    last = at;
  });
  form.addEventListener("change", (event) => {
    if (event.target === page) set(boxes, page.checked);
    // One that is taken out means that not all are meant any more.
    if (all && event.target !== all && !event.target.checked) all.checked = false;
    if (event.target === all && all.checked) set(boxes, true);
    show();
  });
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-clear]")) return;
    set(boxes, false);
    if (all) all.checked = false;
    show();
    page?.focus();
  });
  // A page the browser kept comes back with its boxes ticked.
  on("pageshow", show);
  show();
}
