// The conversation of a lesson, its terms marked; or why there is none.

import { marked } from "./card.js";

const note = document.getElementById("conversation-note");
const list = document.querySelector("#conversation .talk");
const template = document.getElementById("talk-message");

export function showConversation(lesson) {
  const terms = lesson.vocabulary.map((entry) => entry.keyword);
  note.textContent = noteOn(lesson);
  note.hidden = !note.textContent;
  list.replaceChildren(...lesson.conversation.map((said) => row(said, terms)));
}

function noteOn({ conversationReason = "", unusedTerms = [] }) {
  return unusedTerms.length ? `Not used here: ${unusedTerms.join(", ")}.` : conversationReason;
}

function row(said, terms) {
  const made = template.content.cloneNode(true).firstElementChild;
  made.dataset.speaker = said.speaker;
  made.querySelector(".talk-speaker").textContent = said.speaker === "User" ? "You" : said.speaker;
  made.querySelector(".talk-words").append(...marked(said.message, ...terms));
  return made;
}
