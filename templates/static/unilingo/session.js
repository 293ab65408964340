// The review: due cards one after the other, rated. The server says when each is due again (FSRS). Cards come back by
// themselves when their time has come, and the last rating can be undone.

import { get, now, post, remove } from "./api.js";
import { Card } from "./card.js";
import { edit } from "./edit.js";
import { count } from "./result.js";
import { span } from "./span.js";

const AT_ONCE = 50;
const RATINGS = ["again", "hard", "good", "easy"];
// A card that comes back within this time belongs to the same session.
const SOON_MS = 20 * 60_000;
const PAUSE_MS = 500;
const LONGEST_TIMER_MS = 3_600_000;

const subject = document.getElementById("subject");
const session = document.getElementById("session");
const due = document.getElementById("due");
const done = document.getElementById("done");
const facts = document.getElementById("session-facts");
const ratings = document.querySelector(".ratings");
const undo = document.getElementById("undo");
const editDue = document.getElementById("edit-due");
const ahead = document.getElementById("ahead");
const card = new Card(document.getElementById("card"), document.getElementById("spoken"));

let on;
let waiting = [];
let soon = []; // rated, and back within the session
let left = 0;
let isSending = false;
let last = null;
let timer;
let telling;

export const deckOf = () => subject.value;

/** `on.trying(work)` shows what it throws; `on.rated()`, `on.due(count)` and `on.changedDeck()` are called when that is so. */
export function startSession(listeners) {
  on = listeners;
  card.onTurn = offerRatings;
  document.addEventListener("keydown", pressed);
  for (const button of ratings.children) button.addEventListener("click", () => rate(button.dataset.rating));
  undo.addEventListener("click", undoLast);
  editDue.addEventListener("click", editFront);
  ahead.addEventListener("click", () => {
    waiting = soon.splice(0).sort((one, other) => Date.parse(one.dueAt) - Date.parse(other.dueAt));
    left = waiting.length;
    show(0);
  });
  subject.addEventListener("change", () => {
    forgetLast();
    soon = [];
    on.trying(() => Promise.all([load(), on.changedDeck()]));
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !done.hidden) on.trying(load);
  });
}

export async function showDecks() {
  const { decks } = await get("/api/flashcards/decks");
  const subjects = new Map();
  for (const deck of decks) subjects.set(deck.subject, (subjects.get(deck.subject) ?? 0) + deck.cards);
  const all = decks.reduce((sum, deck) => sum + deck.cards, 0);
  const chosen = subject.value;
  subject.replaceChildren(new Option(`All decks (${all})`, ""));
  for (const [name, cards] of subjects) subject.append(new Option(`${name} (${cards})`, name));
  subject.value = subjects.has(chosen) ? chosen : "";
  document.getElementById("nothing").hidden = all > 0;
  session.hidden = all === 0;
  for (const button of document.querySelectorAll("[id^=take-]")) button.hidden = all === 0;
}

export async function load() {
  clearTimeout(timer);
  const deck = deckOf();
  const found = await get(`/api/flashcards/due?${new URLSearchParams({ subject: deck, limit: AT_ONCE })}`);
  if (deck !== deckOf()) return; // the one that was chosen meanwhile has its own answer
  waiting = found.flashcards;
  left = found.dueCards;
  const here = new Set(waiting.map(({ id }) => id));
  soon = soon.filter(({ id }) => !here.has(id));
  if (!subject.value) on.due(left);
  if (waiting.length) show(0);
  else finish(found.nextDueAt);
}

/** After a change of cards: the same card stays in front, if it is still due. */
export async function reload() {
  const front = waiting[0]?.id;
  await load();
  const place = waiting.findIndex(({ id }) => id === front);
  if (place > 0) {
    waiting.unshift(...waiting.splice(place, 1));
    show(0);
  }
}

function show(direction) {
  clearTimeout(timer);
  due.hidden = editDue.hidden = false;
  done.hidden = true;
  const [next] = waiting;
  card.show(next, direction);
  facts.textContent = `${count(left, "card")} due`;
  for (const button of ratings.children) {
    const at = next.dueAfter?.[button.dataset.rating];
    button.querySelector("span").textContent = at ? span(Date.parse(at) - now()) : "";
  }
  offerRatings();
}

function finish(nextDueAt) {
  due.hidden = editDue.hidden = true;
  done.hidden = false;
  facts.textContent = "0 cards due";
  const wait = nextDueAt ? Math.max(Date.parse(nextDueAt) - now(), 1000) : 0;
  document.getElementById("next-due").textContent = wait
    ? `The next card is due in ${span(wait)}. It comes here by itself.`
    : "";
  ahead.hidden = soon.length === 0;
  ahead.textContent = `Go on with ${count(soon.length, "card")} now`;
  if (wait) timer = setTimeout(() => on.trying(load), Math.min(wait, LONGEST_TIMER_MS));
}

/** Cards whose time has come again stand in front. */
function bringBack() {
  const back = soon.filter(({ dueAt }) => Date.parse(dueAt) <= now());
  soon = soon.filter((later) => !back.includes(later));
  waiting.unshift(...back);
  left += back.length;
}

/** A card is rated when its back has been seen. */
function offerRatings() {
  for (const button of ratings.children) button.disabled = !card.isTurned;
}

async function rate(rating) {
  if (!card.isTurned || isSending) return;
  isSending = true;
  await on.trying(async () => {
    // None if the last one is rated and what comes next could not be read.
    if (waiting.length) await send(waiting[0], rating);
    if (waiting.length) show(1);
    else await load();
    focusOn();
  });
  isSending = false;
  tellSoon();
}

async function send(rated, rating) {
  const reviewedAt = now().toISOString(); // sent again after a lost answer, it counts once
  const { flashcard } = await post(`/api/flashcards/${rated.id}/review`, { rating, reviewedAt });
  last = { card: rated, reviewedAt };
  undo.hidden = false;
  waiting.shift();
  left -= 1;
  if (Date.parse(flashcard.dueAt) - now() < SOON_MS) soon.push(flashcard);
  bringBack();
  if (!subject.value) on.due(left);
}

async function undoLast() {
  if (!last || isSending) return;
  isSending = true;
  await on.trying(async () => {
    const { card: rated, reviewedAt } = last;
    await remove(`/api/flashcards/${rated.id}/review?${new URLSearchParams({ reviewedAt })}`);
    forgetLast();
    soon = soon.filter(({ id }) => id !== rated.id);
    waiting = [rated, ...waiting.filter(({ id }) => id !== rated.id)];
    left += 1;
    if (!subject.value) on.due(left);
    show(-1);
    focusOn();
  });
  isSending = false;
  tellSoon();
}

/** Not with every rating of a quick learner. */
function tellSoon() {
  clearTimeout(telling);
  telling = setTimeout(() => on.trying(on.rated), PAUSE_MS);
}

function forgetLast() {
  last = null;
  undo.hidden = true;
}

function editFront() {
  if (waiting.length) edit(waiting[0]);
}

function focusOn() {
  if (!due.hidden) card.focus();
  else done.querySelector("h3").focus();
}

function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (event.target.matches("select, input, textarea")) return;
  const key = event.key.toLowerCase();
  if (key === "u" && last) undoLast();
  else if (due.hidden) return;
  else if (RATINGS[Number(key) - 1]) rate(RATINGS[Number(key) - 1]);
  else if (key === "e") editFront();
  else if (key === "escape") card.turn(false);
  else if (key === " " && !event.target.matches("button, summary, a")) card.turn(!card.isTurned);
  else return;
  event.preventDefault();
}
