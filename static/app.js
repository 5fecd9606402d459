// Makes pages quicker to use. Every page works without it, and without any one part of it (UX 1, 7, 15-19, 42, 45-50).
// What only some forms need is in drafts.js, country.js, password.js, bulk.js and imports.js.
export const $ = (selector, within = document) => within.querySelector(selector);
export const each = (selector, run, within = document) => within.querySelectorAll(selector).forEach(run);
export const byId = (id) => document.getElementById(id);
export const on = (type, run, options) => addEventListener(type, run, options);
const pad = (number) => String(number).padStart(2, "0");
const now = () => Date.now() / 1000;

export const post = (address, body, accept = "*/*") =>
  fetch(address, {
    method: "POST", body, headers: { Accept: accept }, redirect: "manual", signal: AbortSignal.timeout(5000),
  });

export function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function remember(key, value) {
  // A browser may refuse storage; the setting then lasts for the page.
  try {
    if (value === undefined) return localStorage.getItem(key);
    localStorage.setItem(key, value);
  } catch {
    return null;
  }
}

// A message that is visible elsewhere too, so it may go by itself. Text that is there from the start is not read out:
// it is put in once more.
function toast(text, icon) {
  const line = make("p", { className: "toast-x" }, ...(icon ? [icon] : []), make("span", { textContent: text }));
  $(".toasts")?.append(line);
  setTimeout(() => line.remove(), 10000);
}
setTimeout(() => each("[data-toast]", (line) => {
  toast(line.textContent, $(".icon", line));
  line.remove();
}), 150);

// ---- errors: the summary has the focus, its links open what hides a field ----
function reveal(field) {
  for (let part = field; part; part = part.parentElement) if (part.localName === "details") part.open = true;
}
each(".is-invalid, [aria-invalid]", reveal);
byId("errors")?.focus();
on("click", (event) => {
  const field = event.target.closest?.("#errors a") && byId(event.target.closest("a").hash.slice(1));
  if (!field) return;
  event.preventDefault();
  reveal(field);
  field.focus();
  field.scrollIntoView({ block: "center" });
});

export function showError(field, message) {
  const group = field.closest(".f");
  if (!group) return;
  const id = `${field.name}-error`;
  const described = (group.matches("[role=radiogroup]") ? group : field);
  byId(id)?.remove();
  field.classList.toggle("is-invalid", Boolean(message) && !group.matches("[role=radiogroup]"));
  const ids = (described.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  if (message) {
    ids.push(id);
    described.setAttribute("aria-invalid", "true");
    const hidden = make("span", { className: "visually-hidden", textContent: "Error: " });
    const mark = byId("error-mark")?.content.cloneNode(true) ?? "";
    group.append(make("p", { className: "err", id }, mark, make("span", {}, hidden, message)));
  } else {
    described.removeAttribute("aria-invalid");
  }
  if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
  else described.removeAttribute("aria-describedby");
}

// ---- sending: once, and no warning about leaving by it ----
export const unsaved = new Set();
// Saves on their way: how many, and when the last is done.
export const drafts = { saving: 0, done: Promise.resolve() };
on("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-guard]")) unsaved.add(form);
});
on("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });
on("submit", (event) => {
  const form = event.target;
  // A download leaves the page as it is, and may be asked for again in another format.
  if (event.defaultPrevented || form.method === "dialog" || "download" in form.dataset) return;
  if (form.dataset.sent) return event.preventDefault();
  if (drafts.saving) {
    // The draft is on its way and brings a new version; sent now, the form would be out of date.
    event.preventDefault();
    return drafts.done.then(() => form.requestSubmit(event.submitter));
  }
  // What was typed into other forms of the page is not sent with this one. One that throws it away has asked already.
  const lost = !("forgets" in form.dataset) && [...unsaved].some((other) => other !== form);
  if (lost && !confirm("What you typed elsewhere on this page was not sent and would be lost. Go on without it?")) {
    return event.preventDefault();
  }
  unsaved.clear();
  form.dataset.sent = "yes";
  each("button:not([type=button])", (button) => button.setAttribute("aria-disabled", "true"), form);
});
// Back to a page the browser kept as it was: it can be sent again.
on("pageshow", (event) => event.persisted && each("form[data-sent]", (form) => {
  delete form.dataset.sent;
  each("[aria-disabled]", (button) => button.removeAttribute("aria-disabled"), form);
}));

// The current tab may stand beyond the edge of a narrow screen.
$(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

// ---- small buttons ----
async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    // Browsers offer the clipboard on secure addresses only.
    const area = make("textarea", { value: button.dataset.copy, className: "visually-hidden" });
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  toast("Copied");
}
function show(button) {
  const field = byId(button.dataset.reveal);
  const visible = field.type === "password";
  field.type = visible ? "text" : "password";
  button.setAttribute("aria-pressed", visible);
  button.firstChild.data = visible ? "Hide" : "Show";
}
function switchTheme(button) {
  const root = document.documentElement;
  const present = root.dataset.bsTheme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const theme = present === "dark" ? "light" : "dark";
  root.dataset.bsTheme = theme;
  post(button.form.action, new URLSearchParams({ theme })).catch(() => toast("The choice could not be saved"));
}
on("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
  if (button.dataset.copy) copy(button);
  if (button.dataset.reveal) show(button);
  if ("themeSwitch" in button.dataset) event.preventDefault(), switchTheme(button);
});

// ---- the code from a mail: a whole line can be pasted; the sixth digit sends it ----
const digits = (text) => text.replace(/(\d)[\s\u00a0-]+(?=\d)/g, "$1").match(/(?<!\d)\d{6}(?!\d)/)?.[0];
on("paste", (event) => {
  const field = event.target.closest?.("[data-code]");
  const code = field && digits(event.clipboardData?.getData("text") ?? "");
  if (!code) return;
  event.preventDefault();
  field.value = code;
  field.form.requestSubmit();
});
on("input", (event) => {
  const field = event.target.closest?.("[data-code]");
  if (field && /^\d{6}$/.test(field.value.replace(/[\s-]/g, ""))) field.form.requestSubmit();
});

// ---- waiting: data-until is the second from which the button of the form works; the server checks it as well ----
each("[data-until]", (timer) => {
  const button = $("button", timer.closest("form") ?? timer.parentElement);
  const tick = () => {
    const left = Math.ceil(timer.dataset.until - now());
    if (button) button.disabled = left > 0;
    timer.hidden = left <= 0;
    if (left <= 0) return clearInterval(clock);
    ($("b", timer) ?? timer).textContent = `${Math.floor(left / 60)}:${pad(left % 60)}`;
  };
  const clock = setInterval(tick, 1000);
  tick();
});

// ---- times: "29 minutes ago" stays true while the page is open ----
function ago(seconds) {
  const [count, unit] = seconds < 3600 ? [Math.floor(seconds / 60), "minute"] : [Math.floor(seconds / 3600), "hour"];
  return count < 1 ? "just now" : `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
setInterval(() => each("time[data-relative]", (time) => {
  const age = now() - Date.parse(time.dateTime) / 1000;
  if (age >= 0 && age < 86400) time.textContent = ago(age);
}), 60000);

// ---- "same as the contact" ----
on("change", (event) => {
  const box = event.target;
  if (!box.dataset?.fill || !box.checked) return;
  for (const [name, value] of new URLSearchParams(box.dataset.fill)) {
    const field = box.form.elements[name];
    if (!field || field.value === value) continue;
    field.value = value;
    showError(field, null);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// ---- the end of the session (UX 47) ----
const session = byId("session");
let ends = Number($("meta[name=session-ends]")?.content);
const length = ends - now();
let answered = false;
export function prolong() {
  ends = now() + length;
  answered = false;
}
if (session && ends) {
  setInterval(() => {
    if (session.open && now() > ends) return location.reload();
    if (session.open || answered || now() < ends - 120 || now() > ends) return;
    const end = new Date(ends * 1000);
    byId("session-at").textContent = end.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    session.showModal();
  }, 5000);
  session.addEventListener("close", () => { answered = true; });
  byId("session-stay").addEventListener("click", async () => {
    const answer = await post("/profile/session/extend").catch(() => null);
    if (!answer?.ok) return location.reload();
    session.close();
    // The dialog's own "close" comes after this.
    setTimeout(prolong);
  });
}

// ---- shortcuts (UX 50): none while typing, and they can be switched off ----
const places = {
  o: () => $('.side a[href$="/organizations"]'),
  n: () => $('[data-shortcut="n"]') ?? $('a[href$="/organizations/new"]'),
  "/": () => [...document.querySelectorAll("input[type=search]")].find((field) => field.checkVisibility()),
};
let prefix = 0;
const box = byId("shortcuts-on");
if (box) box.checked = remember("shortcuts") !== "off";
box?.addEventListener("change", () => remember("shortcuts", box.checked ? "on" : "off"));
on("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (!box?.checked || typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog:modal")) return;
  const afterG = Date.now() - prefix < 1500;
  prefix = event.key === "g" ? Date.now() : 0;
  if (event.key === "?") return byId("shortcuts").togglePopover();
  const target = (event.key === "o") === afterG && places[event.key]?.();
  if (!target) return;
  event.preventDefault();
  if (event.key === "/") target.focus();
  else target.click();
});

if (byId("find")) import("./search.js");
if ($("form[data-autosave]")) import("./drafts.js");
if ($("form[data-rules]")) import("./country.js");
if ($("[data-strength]")) import("./password.js");
if ($("form[data-rows]")) import("./rows.js");
if ($("[data-follow]")) import("./bulk.js");
if ($("[data-import]")) import("./imports.js");
