// One flashcard: two faces, of which one is turned to the reader.

import { wantsCalm } from "./motion.js";

const SWIPE_PIXELS = 50;
const BACKS = { translation: "Translation", definition: "Definition" };

export class Card {
  #button;
  #spoken;
  #card = null;
  onSwipe = () => {};
  onTurn = () => {};

  /** `spoken` is a live region: what changes on the card is said there. */
  constructor(button, spoken) {
    this.#button = button;
    this.#spoken = spoken;
    button.addEventListener("click", () => this.turn(!this.isTurned));
    this.#listenForSwipes();
  }

  get isTurned() {
    return this.#button.classList.contains("turned");
  }

  focus() {
    this.#button.focus({ preventScroll: true });
  }

  /** `direction`: where it comes in from, negative for the left, 0 for nowhere. */
  show(card, direction) {
    this.#card = card;
    this.#turnAtOnce();
    this.#fill(".front .card-topic", card.topic);
    this.#fill(".front .term", card.front);
    this.#fill(".front .pronunciation", card.pronunciation);
    this.#button.querySelector(".front .example").replaceChildren(...marked(card.example, card.front));
    this.#fill(".back .back-source", BACKS[card.backSource] ?? "Meaning");
    this.#fill(".back .meaning", card.back);
    this.#button.querySelector(".back .meaning").classList.toggle("long", card.back.length > 160);
    this.#fill(".back .back-term", card.front);
    for (const level of this.#button.querySelectorAll(".difficulty")) showDifficulty(level, card.difficulty);
    if (!direction) return;
    this.#slideIn(direction);
    this.#spoken.textContent = card.front;
  }

  turn(isTurned) {
    if (isTurned === this.isTurned) return;
    this.#button.classList.toggle("turned", isTurned);
    this.#hideOtherFace();
    this.#spoken.textContent = isTurned ? this.#card.back : this.#card.front;
    this.onTurn();
  }

  #turnAtOnce() {
    // Otherwise the next card's meaning would be seen while the card turns back.
    this.#button.classList.add("at-once");
    this.#button.classList.remove("turned");
    this.#hideOtherFace();
    void this.#button.offsetWidth;
    this.#button.classList.remove("at-once");
  }

  #hideOtherFace() {
    this.#button.querySelector(".front").setAttribute("aria-hidden", String(this.isTurned));
    this.#button.querySelector(".back").setAttribute("aria-hidden", String(!this.isTurned));
  }

  #fill(selector, text) {
    this.#button.querySelector(selector).textContent = text;
  }

  #slideIn(direction) {
    if (wantsCalm()) return;
    const from = { opacity: 0, transform: `translateX(${Math.sign(direction) * 28}px)` };
    this.#button.animate([from, { opacity: 1, transform: "none" }], { duration: 200, easing: "ease-out" });
  }

  #listenForSwipes() {
    let from = 0;
    this.#button.addEventListener("touchstart", (event) => (from = event.changedTouches[0].clientX), { passive: true });
    this.#button.addEventListener("touchend", (event) => {
      const moved = event.changedTouches[0].clientX - from;
      if (Math.abs(moved) < SWIPE_PIXELS) return;
      event.preventDefault(); // no click, which would turn the card
      this.onSwipe(moved < 0 ? 1 : -1);
    });
  }
}

export function showDifficulty(element, level) {
  element.dataset.level = level;
  element.textContent = level;
}

/** The text as nodes, with every occurrence of the terms in a <mark>; of two that overlap, of the longer one. */
export function marked(text, ...terms) {
  const longestFirst = terms.sort((a, b) => b.length - a.length);
  const patterns = longestFirst.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return text.split(new RegExp(`(${patterns.join("|")})`, "giu")).map((part, i) => {
    if (i % 2 === 0) return document.createTextNode(part);
    return Object.assign(document.createElement("mark"), { textContent: part });
  });
}
