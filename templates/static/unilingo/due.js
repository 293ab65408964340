// How many kept cards are due, beside the link to them.

import { get, mayAsk } from "./api.js";

const link = document.getElementById("due-count");

export async function showDueCount(known) {
  if (!link || !mayAsk) return;
  const due = known ?? (await get("/api/flashcards/due?limit=1").catch(() => ({ dueCards: 0 }))).dueCards;
  link.textContent = due ? ` ${due} due` : "";
  link.hidden = !due;
}
