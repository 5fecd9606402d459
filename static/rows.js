// The grid of rows (N11): arrows, Enter, Ctrl+D and Escape; a block pasted from a spreadsheet fills cells and adds rows;
// the button counts. Cells are named r3-domain; a row that is added is a copy of the first one, emptied.
import { $, byId, drafts, each, on, post, prolong, unsaved } from "./app.js";

const form = $("form[data-rows]");
const most = Number(form.dataset.rows);
const body = $("tbody", form);
const rows = () => [...body.querySelectorAll("tr[data-row]")];
const cells = (row) => [...row.querySelectorAll(".cell")];
const say = (text) => { $("[data-said]", form).textContent = text; };
const plural = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

// ---- counting ----
const touched = (row) => cells(row).some((cell) => cell.value.trim()) &&
  byId(`r${row.dataset.row}-twin`)?.value !== "skip";
function count() {
  const filled = rows().filter(touched).length;
  $("[data-count]", form).textContent = filled ? `Create ${plural(filled, "organization")}` : "Create organizations";
}

// ---- more rows; those that are there stay as they are ----
function addRows(wanted) {
  const first = rows()[0];
  for (let number = rows().length + 1; number <= Math.min(wanted, most); number += 1) {
    const row = first.cloneNode(true);
    row.dataset.row = number;
    $("th", row).textContent = number;
    for (const cell of cells(row)) {
      const field = cell.id.slice(cell.id.indexOf("-") + 1);
      cell.id = cell.name = `r${number}-${field}`;
      cell.setAttribute("value", "");
      cell.value = "";
      cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/\d+$/, number));
      cell.removeAttribute("aria-invalid");
      cell.removeAttribute("aria-describedby");
    }
    body.append(row);
  }
}
form.addEventListener("click", (event) => {
  if (event.target.closest("button")?.value !== "rows") return;
  event.preventDefault();
  const wanted = Number(byId("count").value);
  // Fewer are shown only where nothing is typed (S234).
  for (const row of rows().reverse()) {
    if (row.dataset.row <= Math.max(wanted, 1) || touched(row)) break;
    while (row.nextElementSibling) row.nextElementSibling.remove();
    row.remove();
  }
  addRows(wanted);
  say(plural(rows().length, "row"));
});

// ---- what a spreadsheet copies: tabs between cells, quotes around what holds tabs, quotes or line breaks ----
export function blockOf(text) {
  const lines = [[]];
  const part = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/y;
  while (part.lastIndex <= text.length) {
    const [whole, quoted, plain, end] = part.exec(text);
    lines.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"').replace(/\s*[\r\n]+\s*/g, " "));
    if (end === "" || whole === "") break;
    if (end !== "\t") lines.push([]);
  }
  // The last line break ends a line and begins none.
  if (lines.length > 1 && lines.at(-1).every((cell) => cell === "")) lines.pop();
  return lines;
}
// What was exported has an apostrophe before what a spreadsheet may take for a formula (exports/guard.rs).
const guard = /^'(?=[\s'"`\u2018-\u201f＇＂\ufeff\u200b-\u200f\u2060]*[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫−])/;
on("paste", (event) => {
  const start = event.target.closest?.(".cell");
  if (!start || start.form !== form) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const block = blockOf(text);
  if (block.length === 1 && block[0].length === 1 && !guard.test(text)) return;
  event.preventDefault();
  const from = Number(start.closest("tr").dataset.row) - 1;
  const column = cells(start.closest("tr")).indexOf(start);
  addRows(from + block.length);
  const there = rows();
  const taken = block.slice(0, there.length - from);
  taken.forEach((line, down) => {
    const row = cells(there[from + down]);
    line.slice(0, row.length - column).forEach((value, across) => { row[column + across].value = value.replace(guard, ""); });
  });
  const lost = block.length - taken.length;
  const beyond = Math.max(...block.map((line) => line.length)) - (cells(there[0]).length - column);
  say([
    `${plural(taken.length, "row")} pasted.`,
    lost > 0 && `${plural(lost, "row")} had no place: at most ${most} are created at once.`,
    beyond > 0 && `${plural(beyond, "column")} had no place to the right.`,
  ].filter(Boolean).join(" "));
  start.dispatchEvent(new Event("input", { bubbles: true }));
});

// ---- keyboard ----
function go(cell, down, across) {
  const there = rows();
  const at = there.indexOf(cell.closest("tr"));
  const row = there[at + down];
  const target = row && cells(row)[cells(cell.closest("tr")).indexOf(cell) + across];
  if (!target) return;
  target.focus();
  target.select();
}
// Left and right move within the text until its end is reached.
const atStart = (cell) => cell.selectionEnd === 0 || (cell.selectionStart === 0 && cell.selectionEnd === cell.value.length);
const atEnd = (cell) => cell.selectionStart === cell.value.length ||
  (cell.selectionStart === 0 && cell.selectionEnd === cell.value.length);
let before = "";
on("focusin", (event) => { if (event.target.matches(".cell")) before = event.target.value; });
on("keydown", (event) => {
  const cell = event.target.closest?.(".cell");
  if (!cell || event.isComposing || event.altKey) return;
  const fill = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "d";
  if ((event.ctrlKey || event.metaKey) && !fill) return;
  const moves = {
    // In a cell with a list up and down choose from it.
    ArrowDown: !cell.list && (() => go(cell, 1, 0)),
    ArrowUp: !cell.list && (() => go(cell, -1, 0)),
    Enter: () => go(cell, event.shiftKey ? -1 : 1, 0),
    ArrowLeft: atStart(cell) && !event.shiftKey && (() => go(cell, 0, -1)),
    ArrowRight: atEnd(cell) && !event.shiftKey && (() => go(cell, 0, 1)),
    Escape: cell.value !== before && (() => { cell.value = before; cell.select(); count(); }),
  };
  const move = fill ? () => fillDown(cell) : moves[event.key];
  if (!move) return;
  event.preventDefault();
  move();
});
function fillDown(cell) {
  const there = rows();
  const above = there[there.indexOf(cell.closest("tr")) - 1];
  if (!above) return;
  cell.value = cells(above)[cells(cell.closest("tr")).indexOf(cell)].value;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

// ---- what is typed is kept, a moment after the last key and when the page is left ----
let timer = 0;
let kept = Promise.resolve();
async function keep() {
  clearTimeout(timer);
  timer = 0;
  if (form.dataset.sent) return;
  // What is created or thrown away waits for this, or it would be kept behind it.
  drafts.saving += 1;
  try {
    const answer = await post(form.dataset.typed, new URLSearchParams(new FormData(form)));
    if (answer.status !== 204) throw new Error(`answered ${answer.status}`);
    // A text that was pasted as a whole is in no row yet.
    if (!timer && !form.elements.text?.value.trim()) unsaved.delete(form);
    prolong();
  } catch {
    say("Not kept yet: the portal did not answer.");
  } finally {
    drafts.saving -= 1;
  }
}
function keepNow() {
  kept = kept.then(keep);
  drafts.done = kept;
}
function keepSoon() {
  clearTimeout(timer);
  timer = setTimeout(keepNow, 800);
}
on("visibilitychange", () => { if (timer && document.visibilityState === "hidden") keepNow(); });

on("input", (event) => {
  if (event.target.form !== form) return;
  keepSoon();
  count();
  // What was wrong is no longer known to be.
  event.target.removeAttribute("aria-invalid");
});
on("change", (event) => event.target.form === form && count());
count();
each(".cell[aria-invalid]", (cell) => cell.scrollIntoView({ block: "nearest", inline: "nearest" }));
