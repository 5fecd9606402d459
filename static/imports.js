// Imports: work under way is followed, choices say at once what they come to, a file that is too large is told before it
// is sent.
import { $, byId, showError } from "./app.js";

// ---- work under way: server-sent events, or asking once a second where they do not come through ----
const followed = $("[data-stream]");
const parse = (text) => new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
const told = $("[data-told]");
let toldAt = Date.now();
// What is seen changes every second; read out so often, it would drown everything else.
function tell(words, ended) {
  if (!told || !words || (!ended && Date.now() - toldAt < 15000)) return;
  toldAt = Date.now();
  told.textContent = words;
}
function show(text) {
  const fresh = parse(text);
  const running = fresh.dataset.running === "true";
  followed.replaceChildren(fresh);
  tell($("[data-done]", fresh)?.textContent, !running);
  return running;
}
async function poll() {
  let running = true;
  try {
    const answer = await fetch(followed.dataset.poll, { redirect: "error", signal: AbortSignal.timeout(5000) });
    if (answer.ok) running = show(await answer.text());
    else if (answer.status === 404) running = false;
  } catch {
    // The next time it may answer again.
  }
  if (running) setTimeout(poll, document.hidden ? 5000 : 1000);
  else location.reload();
}
if (followed) {
  const source = new EventSource(followed.dataset.stream);
  source.addEventListener("progress", (event) => show(event.data));
  source.addEventListener("end", () => {
    source.close();
    location.reload();
  });
  source.addEventListener("error", () => {
    // A stream that ended is asked for again by the browser itself; one that is refused is not.
    if (source.readyState === EventSource.CLOSED) setTimeout(poll, 1000);
  });
}

// ---- choices: the same page is made with them, and its last part shown ----
const choices = $("form[data-choices]");
let asked;
function renew(fresh) {
  for (const part of ["nav.stats", "[data-left]"]) {
    const present = $(part);
    const anew = $(part, fresh);
    if (present && anew) present.replaceChildren(...anew.childNodes);
  }
  // What is read out stays the same element, where it is; only its words change.
  const [plan, planned] = [$("[data-plan]"), $("[data-plan]", fresh)];
  const [said, says] = [$("[role=status]", plan), $("[role=status]", planned)];
  for (const child of [...plan.childNodes]) if (child !== said) child.remove();
  said.before(...[...planned.childNodes].filter((child) => child !== says));
  if (said.textContent !== says.textContent) said.textContent = says.textContent;
}
async function choose() {
  asked?.abort();
  asked = new AbortController();
  try {
    const body = new URLSearchParams(new FormData(choices));
    const answer = await fetch(choices.dataset.choices, { method: "POST", body, signal: asked.signal });
    if (!answer.ok) return;
    renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The button sends the choices as well, and the page then says what they come to.
  }
}
choices?.addEventListener("change", choose);

// ---- the file ----
const file = byId("file");
file?.addEventListener("change", () => {
  const most = Number(file.dataset.bytes);
  const large = [...file.files].some((one) => one.size > most);
  const empty = [...file.files].some((one) => one.size === 0);
  const says = large ? `The file has more than ${Math.floor(most / 1048576)} MB. Divide it into several files` : "";
  showError(file, says || (empty ? "The file is empty" : ""));
});
