// Keep the cards of a finished set, to be reviewed later.

import { get, mayAsk, post } from "./api.js";
import { count } from "./result.js";

const AT_ONCE = 100;
const KNOWN = 1000; // as many as a request takes

const button = document.getElementById("keep");
const said = document.getElementById("kept");

let jobId = "";

export function startKeeping() {
  button.addEventListener("click", keep);
}

export function offerToKeep(id) {
  jobId = id;
  button.disabled = false;
  button.textContent = "Keep these cards";
  said.hidden = true;
}

async function keep() {
  button.disabled = true;
  try {
    const { saved, existing } = await post("/api/flashcards", { jobId });
    button.textContent = "Kept";
    const before = existing ? `, ${existing} were kept before` : "";
    const review = Object.assign(document.createElement("a"), { href: "/review", textContent: "Review your cards" });
    said.replaceChildren(`${count(saved, "card")} kept${before}. `, review);
  } catch (problem) {
    button.disabled = false;
    said.replaceChildren(problem.message);
  }
  said.hidden = false;
}

/** The fronts of the cards that are kept of this subject, so that no card is made of them again. */
export async function keptFronts(subject) {
  const fronts = [];
  let cursor = mayAsk && subject ? "" : null;
  while (cursor !== null && fronts.length < KNOWN) {
    const query = new URLSearchParams({ subject, limit: AT_ONCE, cursor });
    // Where this fails, asking for the cards says why.
    const { flashcards, nextCursor } = await get(`/api/flashcards?${query}`).catch(() => ({ flashcards: [], nextCursor: null }));
    fronts.push(...flashcards.map(({ front }) => front));
    cursor = nextCursor ?? null;
  }
  return fronts;
}
