// A finished set of cards: studied one by one, or read as a list.

import { Card } from "./card.js";
import { offerToKeep, startKeeping } from "./keep.js";
import { showList } from "./list.js";
import { reveal } from "./motion.js";
import { count, facts, showNotes } from "./result.js";

const deck = document.getElementById("deck");
const filter = document.getElementById("topic-filter");
const views = deck.querySelectorAll("[name=view]");
const study = document.getElementById("study");
const list = document.getElementById("list");
const place = document.getElementById("place");
const previous = document.getElementById("previous");
const next = document.getElementById("next");

const card = new Card(document.getElementById("card"), document.getElementById("spoken"));
const KEYS = {
  ArrowLeft: () => move(-1),
  ArrowRight: () => move(1),
  Home: () => move(-shown.length),
  End: () => move(shown.length),
  Escape: () => card.turn(false),
};

let all = [];
let shown = [];
let index = 0;

export function start() {
  filter.addEventListener("change", applyFilter);
  for (const view of views) view.addEventListener("change", () => showView(view.value));
  previous.addEventListener("click", () => move(-1));
  next.addEventListener("click", () => move(1));
  study.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  card.onSwipe = move;
  startKeeping();
}

/** `duration` in milliseconds, where it is known. */
export function show({ result, title, duration, downloadUrl, jobId }) {
  all = result.flashcards;
  document.getElementById("deck-title").textContent = title;
  const there = [count(all.length, "card"), count(result.topics.length, "topic")];
  document.getElementById("deck-facts").textContent = facts(there, result, duration);
  document.getElementById("download").href = downloadUrl;
  offerToKeep(jobId);
  showNotes(document.getElementById("deck-notes"), result.warnings);
  const topics = result.topics.map((topic) => [topic, all.filter((c) => c.topic === topic).length]);
  filter.replaceChildren(new Option(`All topics (${all.length})`, ""));
  for (const [topic, count] of topics) filter.append(new Option(`${topic} (${count})`, topic));
  deck.querySelector("[name=view][value=study]").checked = true;
  showView("study");
  applyFilter();
  deck.hidden = false;
}

export function hide() {
  deck.hidden = true;
}

export function focus() {
  card.focus();
  reveal(deck);
}

function applyFilter() {
  shown = filter.value ? all.filter((c) => c.topic === filter.value) : all;
  index = 0;
  showList(list, shown);
  showCard(0);
}

function showView(view) {
  study.hidden = view !== "study";
  list.hidden = view !== "list";
}

function move(by) {
  const to = Math.min(Math.max(index + by, 0), shown.length - 1);
  if (to === index) return;
  index = to;
  showCard(by);
}

function showCard(direction) {
  card.show(shown[index], direction);
  place.textContent = `${index + 1} of ${shown.length}`;
  // Not `disabled`, which would drop the keyboard's focus at both ends.
  previous.setAttribute("aria-disabled", String(index === 0));
  next.setAttribute("aria-disabled", String(index === shown.length - 1));
}
