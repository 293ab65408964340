// The conversation of a lesson, its terms marked.

import { marked } from "./card.js";

const note = document.getElementById("conversation-note");
const list = document.querySelector("#conversation .talk");
const template = document.getElementById("talk-message");

export function showConversation(lesson) {
  const terms = lesson.vocabulary.map((entry) => entry.keyword);
  note.textContent = lesson.unusedTerms?.length ? `Not used here: ${lesson.unusedTerms.join(", ")}.` : "";
  note.hidden = !note.textContent;
  list.replaceChildren(...lesson.conversation.map((said) => row(said, terms)));
}

function row(said, terms) {
  const made = template.content.cloneNode(true).firstElementChild;
  made.dataset.speaker = said.speaker;
  made.querySelector(".talk-speaker").textContent = said.speaker === "User" ? "You" : said.speaker;
  made.querySelector(".talk-words").append(...marked(said.message, ...terms));
  return made;
}
