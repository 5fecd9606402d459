// What can be said of a new password while it is typed (UX 16), without sending it anywhere: its length, and whether it
// is mostly what anybody knows of the person. Whether it is easy to guess, the server judges.
import { byId, each, make, showError } from "./app.js";

const MIN = 15;
const OWN = 8;
// Keeps the line's height, so that words which come into it move nothing beneath.
const EMPTY = "\u00a0";
const NAMES = ["account", "username", "email", "company", "given_name", "family_name"];

const folded = (text) => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
const wordsOf = (text) => [text, ...text.split(/[^\p{L}\p{M}\p{N}]+/u)].map(folded).filter((word) => word.length > 3);

function isMostlyKnown(password, field) {
  const typed = NAMES.map((name) => (field.form.elements[name] ?? byId(name))?.value ?? "");
  const known = [field.dataset.strength, ...typed].flatMap(wordsOf).sort((a, b) => b.length - a.length);
  const whole = folded(password);
  const rest = known.reduce((text, word) => text.replaceAll(word, ""), whole);
  return rest.length < whole.length && rest.length < OWN;
}
function words(field) {
  const letters = [...field.value.normalize("NFKC")];
  if (letters.length === 0) return EMPTY;
  if (letters.length < MIN) return `Too short: ${letters.length} of at least ${MIN} characters`;
  if (isMostlyKnown(field.value, field)) return "Weak: mostly a name or an address that others know";
  if (new Set(letters).size < 4) return "Weak: the same few characters again and again";
  return "Long enough. Whether it is easy to guess is checked when you go on";
}
// The line is there before there is something to say, so that it is read out; drafts.js puts the server's word into it.
function line(field) {
  const id = `${field.name}-note`;
  const present = byId(id);
  if (present) return present;
  const made = make("p", { className: "hint mt-1 mb-0", id, textContent: EMPTY });
  made.setAttribute("role", "status");
  field.closest(".f").append(made);
  return made;
}
each("[data-strength]", (field) => {
  let pause;
  line(field);
  field.addEventListener("input", () => {
    // What was refused is no longer what stands there.
    showError(field, null);
    clearTimeout(pause);
    pause = setTimeout(() => { line(field).textContent = words(field); }, 400);
  });
});
