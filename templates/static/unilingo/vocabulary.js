// The terms of a lesson, each with what it means and the sentence it stands in.

import { marked } from "./card.js";

const list = document.getElementById("vocabulary");
const template = document.getElementById("vocabulary-entry");

export function showVocabulary(lesson) {
  list.replaceChildren(...lesson.vocabulary.map(row));
}

function row(entry) {
  const made = template.content.cloneNode(true).firstElementChild;
  made.querySelector("strong").textContent = entry.keyword;
  made.querySelector(".entry-translation").textContent = entry.translation;
  made.querySelector(".list-meaning").textContent = entry.definition;
  made.querySelector(".list-example").append(...marked(entry.exampleTarget, entry.keyword));
  made.querySelector(".entry-native").textContent = entry.exampleNative;
  return made;
}
