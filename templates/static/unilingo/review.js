// Kept cards that are due, rated one after the other. The server says when each is due again (FSRS).

import { demoUser, get, isTrusted, mayAsk, post, save, send } from "./api.js";
import { Card } from "./card.js";
import { count } from "./result.js";
import { span } from "./span.js";

const AT_ONCE = 50;
const RATINGS = ["again", "hard", "good", "easy"];

const subject = document.getElementById("subject");
const session = document.getElementById("session");
const due = document.getElementById("due");
const done = document.getElementById("done");
const ratings = document.querySelector(".ratings");
const problem = document.getElementById("problem");
const card = new Card(document.getElementById("card"), document.getElementById("spoken"));

let waiting = [];
let left = 0;
let isSending = false;

async function showDecks() {
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
}

async function load() {
  const asked = new URLSearchParams({ subject: subject.value, limit: AT_ONCE });
  const found = await get(`/api/flashcards/due?${asked}`);
  waiting = found.flashcards;
  left = found.dueCards;
  if (waiting.length) show(0);
  else finish(found.nextDueAt);
}

function show(direction) {
  due.hidden = false;
  done.hidden = true;
  const [next] = waiting;
  card.show(next, direction);
  document.getElementById("session-facts").textContent = `${count(left, "card")} due`;
  for (const button of ratings.children) {
    button.querySelector("span").textContent = span(Date.parse(next.dueAfter[button.dataset.rating]) - Date.now());
  }
  offerRatings();
}

function finish(nextDueAt) {
  due.hidden = true;
  done.hidden = false;
  document.getElementById("session-facts").textContent = "0 cards due";
  document.getElementById("next-due").textContent = nextDueAt
    ? `The next card is due in ${span(Date.parse(nextDueAt) - Date.now())}.`
    : "";
}

/** A card is rated when its back has been seen. */
function offerRatings() {
  for (const button of ratings.children) button.disabled = !card.isTurned;
}

async function rate(rating) {
  if (!card.isTurned || isSending) return;
  isSending = true;
  await trying(async () => {
    const reviewedAt = new Date().toISOString(); // sent again after a lost answer, it counts once
    await post(`/api/flashcards/${waiting[0].id}/review`, { rating, reviewedAt });
    waiting.shift();
    left -= 1;
    if (waiting.length) show(1);
    else await load();
    card.focus();
  });
  isSending = false;
}

async function bring(file) {
  if (!file) return;
  const type = file.name.endsWith(".csv") ? "text/csv" : "text/plain";
  const named = new URLSearchParams({ subject: subject.value || file.name.replace(/\.[^.]*$/, "").slice(0, 200) || "Imported" });
  await trying(async () => {
    const found = await send(`/api/flashcards/import?${named}`, { method: "POST", body: file, headers: { "Content-Type": type } });
    const parts = [`${count(found.saved, "card")} kept`];
    if (found.existing) parts.push(`${found.existing} were here before`);
    if (found.skipped) parts.push(`${count(found.skipped, "row")} left out`);
    document.getElementById("brought").textContent = parts.join(" · ");
    await showDecks();
    await load();
  });
}

async function trying(work) {
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  }
}

function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || due.hidden) return;
  if (event.target.matches("select, input")) return;
  const rating = RATINGS[Number(event.key) - 1];
  if (rating) rate(rating);
  else if (event.key === "Escape") card.turn(false);
  else if (event.key === " " && !event.target.matches("button")) card.turn(!card.isTurned);
  else return;
  event.preventDefault();
}

const chosen = () => new URLSearchParams({ subject: subject.value });

card.onTurn = offerRatings;
document.addEventListener("keydown", pressed);
for (const button of ratings.children) button.addEventListener("click", () => rate(button.dataset.rating));
subject.addEventListener("change", () => trying(load));
document.getElementById("take-deck").addEventListener("click", () => trying(() => save(`/api/flashcards/deck.apkg?${chosen()}`)));
document.getElementById("take-table").addEventListener("click", () => trying(() => save(`/api/flashcards/deck.csv?${chosen()}`)));
document.getElementById("bring").addEventListener("change", async ({ target }) => {
  await bring(target.files[0]);
  target.value = "";
});
if (isTrusted) document.getElementById("demo-user")?.replaceChildren(demoUser());
if (mayAsk) {
  await trying(async () => {
    await showDecks();
    await load();
  });
}
