// What is found while one types into the search at the top: organizations, users, groups, actions. Links, so
// that they open as links do; arrows walk through them. Without script the form leads to the page of the search.
import { byId, on } from "./app.js";

const field = byId("find");
const panel = byId("hits");
const links = () => [...panel.querySelectorAll("a")];
let asked = 0;

const close = () => { if (panel.matches(":popover-open")) panel.hidePopover(); };

async function look() {
  const mine = ++asked;
  const words = field.value.trim();
  if (!words) return close();
  const answer = await fetch(`${field.form.action}/suggestions?${new URLSearchParams({ find: words })}`, {
    signal: AbortSignal.timeout(5000),
  }).catch(() => null);
  // A later letter has been typed meanwhile, or the session is over: the form still works.
  if (mine !== asked || !answer?.ok || answer.redirected) return;
  panel.innerHTML = await answer.text();
  if (!panel.matches(":popover-open")) panel.showPopover();
  byId("hits-say").textContent = `${links().length} found. Arrow down leads to them.`;
}

let pause = 0;
field.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(look, 150);
});

function step(event) {
  if (event.key === "Escape") {
    close();
    return field.focus();
  }
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!way || !panel.matches(":popover-open")) return;
  event.preventDefault();
  const all = links();
  const next = all.indexOf(document.activeElement) + way;
  (next < 0 ? field : all[next % all.length])?.focus();
}
field.addEventListener("keydown", step);
panel.addEventListener("keydown", step);
on("focusin", (event) => { if (event.target !== field && !panel.contains(event.target)) close(); });
