// A set of cards: studied one by one, or read as a list; also while it is still being made.

import { Card } from "./card.js";
import * as self from "./deck.js";
import { offerToKeep, startKeeping } from "./keep.js";
import { shows } from "./kinds.js";
import { showList } from "./list.js";
import { reveal } from "./motion.js";
import { count, coverageOf, facts, showNotes } from "./result.js";

shows("deck", self);

const deck = document.getElementById("deck");
const title = document.getElementById("deck-title");
const told = document.getElementById("deck-facts");
const actions = deck.querySelector(".deck-actions");
const notes = document.getElementById("deck-notes");
const coverage = document.getElementById("deck-coverage");
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
export function show({ result, title: name, duration, downloadUrl, jobId }) {
  const there = [count(result.flashcards.length, "card"), count(result.topics.length, "topic")];
  told.textContent = facts(there, result, duration);
  document.getElementById("download").href = downloadUrl;
  actions.hidden = false;
  offerToKeep(jobId);
  showNotes(notes, result.warnings);
  tellCoverage(coverageOf(result));
  showCards(result.flashcards, name);
}

/** The cards so far: `flashcards` stand from `from` on, in place of what was there before. */
export function showPartial({ flashcards = [], from = 0 }, name) {
  if (!flashcards.length) return;
  const cards = deck.hidden ? flashcards : [...all.slice(0, from), ...flashcards];
  told.textContent = `${count(cards.length, "card")} so far`;
  actions.hidden = true;
  showNotes(notes, []);
  tellCoverage("");
  showCards(cards, name);
}

function tellCoverage(text) {
  coverage.textContent = text;
  coverage.hidden = !text;
}

export function retitle(name) {
  title.textContent = name;
}

export function hide() {
  deck.hidden = true;
  all = [];
}

export function focus() {
  card.focus();
  reveal(deck);
}

/** Who has begun to study stays at the same card, turned or not. */
function showCards(cards, name) {
  const seen = deck.hidden ? null : shown[index];
  all = cards;
  title.textContent = name;
  if (!seen) showView("study");
  fillFilter(seen ? filter.value : "");
  shown = chosen();
  showList(list, shown);
  const found = seen ? shown.findIndex((other) => isSame(other, seen)) : -1;
  index = Math.max(found, 0);
  if (found < 0) card.show(shown[index], 0);
  showPlace();
  deck.hidden = false;
}

const isSame = (one, other) => one.front === other.front && one.back === other.back && one.example === other.example;
const chosen = () => (filter.value ? all.filter((c) => c.topic === filter.value) : all);

function fillFilter(value) {
  const topics = new Map();
  for (const { topic } of all) topics.set(topic, (topics.get(topic) ?? 0) + 1);
  filter.replaceChildren(new Option(`All topics (${all.length})`, ""));
  for (const [topic, cards] of topics) filter.append(new Option(`${topic} (${cards})`, topic));
  filter.value = topics.has(value) ? value : "";
  filter.parentElement.hidden = topics.size < 2;
}

function applyFilter() {
  shown = chosen();
  index = 0;
  showList(list, shown);
  card.show(shown[0], 0);
  showPlace();
}

function showView(view) {
  deck.querySelector(`[name=view][value=${view}]`).checked = true;
  study.hidden = view !== "study";
  list.hidden = view !== "list";
}

function move(by) {
  const to = Math.min(Math.max(index + by, 0), shown.length - 1);
  if (to === index) return;
  index = to;
  card.show(shown[index], by);
  showPlace();
}

function showPlace() {
  place.textContent = `${index + 1} of ${shown.length}`;
  // Not `disabled`, which would drop the keyboard's focus at both ends.
  previous.setAttribute("aria-disabled", String(index === 0));
  next.setAttribute("aria-disabled", String(index === shown.length - 1));
}
