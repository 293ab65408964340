// One flashcard: two faces, of which one is turned to the reader.

import { wantsCalm } from "./motion.js";

const SWIPE_PIXELS = 50;
const BACKS = { translation: "Translation", definition: "Definition", text: "From the text" };
const LONG = { term: 60, meaning: 160 };

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
    this.#fill(".back .back-source", card.kind === "cloze" ? "What is missing" : BACKS[card.backSource] ?? "Meaning");
    this.#fill(".back .back-term", card.front);
    this.#fill(".back .meaning", card.back);
    // On the back only: an example often says what is asked for.
    this.#button.querySelector(".back .example").replaceChildren(...marked(card.example, card.kind === "cloze" ? card.back : card.front));
    this.#fill(".back .source", sourceOf(card));
    for (const [part, length] of Object.entries(LONG)) {
      const element = this.#button.querySelector(`.${part}`);
      element.classList.toggle("long", element.textContent.length > length);
    }
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

/** The place in the study text that the card was made from, where it is told and says more than the example. */
function sourceOf({ source, example }) {
  if (!source?.quote) return "";
  const page = source.page ? `Page ${source.page}` : "";
  if (source.quote === example) return page;
  return `${page || "Your text"}: “${source.quote}”`;
}

export function showDifficulty(element, level) {
  element.dataset.level = level;
  element.textContent = level;
}

/** The text as nodes, with every occurrence of the terms in a <mark>; of two that overlap, of the longer one. */
export function marked(text, ...terms) {
  const longestFirst = terms.filter(Boolean).sort((a, b) => b.length - a.length);
  const patterns = longestFirst.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!patterns.length) return [document.createTextNode(text)];
  return text.split(new RegExp(`(${patterns.join("|")})`, "giu")).map((part, i) => {
    if (i % 2 === 0) return document.createTextNode(part);
    return Object.assign(document.createElement("mark"), { textContent: part });
  });
}
