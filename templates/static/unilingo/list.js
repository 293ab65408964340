// All cards at a glance, under their topics.

import { marked, showDifficulty } from "./card.js";

const topicTemplate = document.getElementById("list-topic");
const cardTemplate = document.getElementById("list-card");

export function showList(root, cards) {
  const topics = [...new Set(cards.map((card) => card.topic))];
  root.replaceChildren(...topics.map((topic) => section(topic, cards.filter((card) => card.topic === topic))));
}

function section(topic, cards) {
  const made = topicTemplate.content.cloneNode(true).firstElementChild;
  made.querySelector("h3").textContent = topic;
  made.querySelector("ul").append(...cards.map(row));
  return made;
}

function row(card) {
  const made = cardTemplate.content.cloneNode(true).firstElementChild;
  made.querySelector("strong").textContent = card.front;
  made.querySelector(".pronunciation").textContent = card.pronunciation;
  showDifficulty(made.querySelector(".difficulty"), card.difficulty);
  made.querySelector(".list-meaning").textContent = card.back;
  made.querySelector(".list-example").append(...marked(card.example, card.kind === "cloze" ? card.back : card.front));
  return made;
}
