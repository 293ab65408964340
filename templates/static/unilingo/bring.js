// A table brought in: first it is shown what would become of its rows, then they are kept.

import { send } from "./api.js";
import { count } from "./result.js";

const input = document.getElementById("bring");
const preview = document.getElementById("preview");
const title = document.getElementById("preview-title");
const yes = document.getElementById("preview-yes");
const brought = document.getElementById("brought");

let on;
let file = null;
let named = "";

/** `on.trying(work)` shows what it throws; `on.deckOf()` is the deck that is chosen; `on.brought()` is called when cards have come. */
export function startBringing(listeners) {
  on = listeners;
  input.addEventListener("change", async () => {
    [file] = input.files;
    input.value = "";
    preview.hidden = true;
    brought.textContent = "";
    if (file) await on.trying(look);
  });
  yes.addEventListener("click", () => on.trying(keep));
  document.getElementById("preview-no").addEventListener("click", () => {
    preview.hidden = true;
    input.focus();
  });
}

async function look() {
  named = on.deckOf() || file.name.replace(/\.[^.]*$/, "").slice(0, 200) || "Imported";
  const found = await ask("true");
  title.textContent = `What ${file.name} would bring`;
  document.getElementById("preview-facts").textContent = [...wordsOn(found), ...found.warnings].join(" · ");
  const problems = found.problems.map(({ row, problem }) => `Row ${row}: ${problem}`);
  if (found.skipped > problems.length) problems.push(`… and ${found.skipped - problems.length} more`);
  show("preview-problems", problems.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  show("preview-cards", found.flashcards.map(sample));
  const changes = found.saved + found.updated;
  yes.textContent = found.saved ? `Keep ${count(found.saved, "card")}` : `Update ${count(found.updated, "card")}`;
  yes.hidden = changes === 0;
  preview.hidden = false;
  title.focus();
}

async function keep() {
  const found = await ask("false");
  preview.hidden = true;
  brought.textContent = wordsOn(found).join(" · ");
  await on.brought();
}

function ask(dryRun) {
  const type = file.name.toLowerCase().endsWith(".csv") ? "text/csv" : "text/plain";
  const query = new URLSearchParams({ subject: named, dryRun });
  return send(`/api/flashcards/import?${query}`, { method: "POST", body: file, headers: { "Content-Type": type } });
}

function wordsOn({ dryRun, saved, existing, updated, duplicates, skipped }) {
  const parts = [dryRun ? count(saved, "new card") : `${count(saved, "card")} kept`];
  if (updated) parts.push(`${updated} changed in the file`);
  if (existing) parts.push(`${existing} here before`);
  if (duplicates) parts.push(`${count(duplicates, "row")} twice in the file`);
  if (skipped) parts.push(`${count(skipped, "row")} left out`);
  return parts;
}

function sample({ front, back, subject }) {
  const made = document.createElement("li");
  const words = document.createElement("p");
  const term = Object.assign(document.createElement("strong"), { textContent: front, dir: "auto" });
  words.append(term, ` – ${back} `, Object.assign(document.createElement("span"), { className: "browse-deck", textContent: subject }));
  made.append(words);
  return made;
}

function show(id, rows) {
  const list = document.getElementById(id);
  list.replaceChildren(...rows);
  list.hidden = rows.length === 0;
}
