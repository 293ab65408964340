// Finished lessons: which topic is read, and which part of it.

import { showConversation } from "./conversation.js";
import { showExercises, startExercises } from "./exercises.js";
import { reveal } from "./motion.js";
import { count, facts, showNotes } from "./result.js";
import { showVocabulary } from "./vocabulary.js";

const section = document.getElementById("lesson");
const title = document.getElementById("lesson-title");
const topic = document.getElementById("lesson-topic");
const choices = section.querySelectorAll("[name=part]");
const parts = ["vocabulary", "conversation", "exercises"];

let lessons = [];

export function start() {
  startExercises();
  topic.addEventListener("change", () => showLesson(lessons[topic.value]));
  for (const choice of choices) choice.addEventListener("change", () => showPart(choice.value));
}

export function show({ result, duration }) {
  lessons = result.lessons;
  const terms = lessons.reduce((sum, lesson) => sum + lesson.vocabulary.length, 0);
  const there = [count(lessons.length, "topic"), count(terms, "term")];
  document.getElementById("lesson-facts").textContent = facts(there, result, duration);
  showNotes(document.getElementById("lesson-notes"), result.warnings);
  topic.replaceChildren(...lessons.map((lesson, i) => new Option(`${lesson.topicName} (${lesson.vocabulary.length})`, i)));
  choices[0].checked = true;
  showPart(parts[0]);
  showLesson(lessons[0]);
  section.hidden = false;
}

export function hide() {
  section.hidden = true;
}

export function focus() {
  title.focus({ preventScroll: true });
  reveal(section);
}

function showLesson(lesson) {
  title.textContent = lesson.title;
  showVocabulary(lesson);
  showConversation(lesson);
  showExercises(lesson.exercises);
}

function showPart(shown) {
  for (const part of parts) document.getElementById(part).hidden = part !== shown;
}
