// One kept card in a dialog: its text is changed, or it is deleted once that has been confirmed.

import { patch, remove } from "./api.js";

const FIELDS = ["front", "back", "example", "pronunciation"];
const SURE = "Delete for good";

const dialog = document.getElementById("edit");
const form = dialog.querySelector("form");
const problem = document.getElementById("edit-problem");
const erase = document.getElementById("edit-delete");

let card = null;
let changed;

/** `done()` is called when a card has changed or gone. */
export function startEditing(done) {
  changed = done;
  document.getElementById("edit-save").addEventListener("click", keep);
  document.getElementById("edit-cancel").addEventListener("click", () => dialog.close());
  erase.addEventListener("click", () => {
    if (erase.textContent !== SURE) erase.textContent = SURE;
    else act(() => remove(`/api/flashcards/${card.id}`));
  });
}

export function edit(shown) {
  card = shown;
  for (const name of FIELDS) form.elements[name].value = card[name];
  problem.hidden = true;
  erase.textContent = "Delete";
  dialog.showModal();
}

function keep() {
  const values = FIELDS.map((name) => [name, form.elements[name].value.trim()]);
  const changes = Object.fromEntries(values.filter(([name, value]) => value !== card[name]));
  if (Object.keys(changes).length) act(() => patch(`/api/flashcards/${card.id}`, changes));
  else dialog.close();
}

async function act(work) {
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    if (!("fields" in error)) throw error;
    const [name, text] = Object.entries(error.fields)[0] ?? [];
    problem.textContent = name ? `${name}: ${text}` : error.message;
    problem.hidden = false;
    return;
  }
  dialog.close();
  changed();
}
