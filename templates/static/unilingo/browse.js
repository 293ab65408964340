// All kept cards of the deck, newest first, or those with the words that are searched for.

import { get } from "./api.js";
import { edit } from "./edit.js";
import { count } from "./result.js";

const AT_ONCE = 20;
const PAUSE_MS = 250;

const section = document.getElementById("browse");
const search = document.getElementById("search");
const list = document.getElementById("browse-list");
const more = document.getElementById("browse-more");
const facts = document.getElementById("browse-facts");
const template = section.querySelector("template");

let on;
let cursor = "";
let asked = 0;

/** `on.trying(work)` shows what it throws; `on.deckOf()` is the deck that is chosen. */
export function startBrowsing(listeners) {
  on = listeners;
  let timer;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => on.trying(showCards), PAUSE_MS);
  });
  more.addEventListener("click", () => on.trying(showMore));
}

export async function showCards() {
  cursor = "";
  const found = await read();
  if (!found) return;
  list.replaceChildren(...found.map(row));
  section.hidden = !found.length && !search.value.trim();
  tell();
}

async function showMore() {
  const found = await read();
  if (!found) return;
  const first = list.children.length;
  list.append(...found.map(row));
  list.children[first]?.querySelector("button").focus();
  tell();
}

/** Null if something else has been asked for meanwhile. */
async function read() {
  const number = (asked += 1);
  const query = new URLSearchParams({ subject: on.deckOf(), q: search.value.trim(), limit: AT_ONCE, cursor });
  const found = await get(`/api/flashcards?${query}`);
  if (number !== asked) return null;
  cursor = found.nextCursor ?? "";
  more.hidden = !cursor;
  return found.flashcards;
}

function tell() {
  const shown = list.children.length;
  if (search.value.trim()) facts.textContent = shown ? `${count(shown, "card")} found${cursor ? ", and more" : ""}` : "No card has these words.";
  else facts.textContent = cursor ? `The newest ${shown}` : count(shown, "card");
}

function row(card) {
  const made = template.content.cloneNode(true).firstElementChild;
  made.querySelector("strong").textContent = card.front;
  made.querySelector(".browse-deck").textContent = `${card.subject} · ${card.topic}`;
  made.querySelector(".list-meaning").textContent = card.back;
  const button = made.querySelector("button");
  button.ariaLabel = `Edit ${card.front}`;
  button.addEventListener("click", () => edit(card));
  return made;
}
