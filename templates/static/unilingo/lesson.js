// Finished lessons: which topic is read, and which part of it. A part that is empty is not offered.

import { showConversation } from "./conversation.js";
import { showExercises, startExercises } from "./exercises.js";
import { shows } from "./kinds.js";
import { saveAsText } from "./lesson-text.js";
import * as self from "./lesson.js";
import { reveal } from "./motion.js";
import { count, facts, showNotes } from "./result.js";
import { showVocabulary } from "./vocabulary.js";

shows("lesson", self);

const section = document.getElementById("lesson");
const title = document.getElementById("lesson-title");
const topic = document.getElementById("lesson-topic");
const actions = section.querySelector(".deck-actions");
const choices = section.querySelectorAll("[name=part]");
const why = document.getElementById("lesson-why");
const parts = ["vocabulary", "conversation", "exercises"];

let lessons = [];

export function start() {
  startExercises();
  topic.addEventListener("change", () => showLesson(Number(topic.value)));
  for (const choice of choices) choice.addEventListener("change", () => showPart(choice.value));
  document.getElementById("lesson-print").addEventListener("click", () => print());
  document.getElementById("lesson-save").addEventListener("click", () => saveAsText(lessons[Number(topic.value)]));
}

export function show({ result, duration }) {
  const terms = result.lessons.reduce((sum, lesson) => sum + lesson.vocabulary.length, 0);
  const there = [count(result.lessons.length, "topic"), count(terms, "term")];
  document.getElementById("lesson-facts").textContent = facts(there, result, duration);
  actions.hidden = false;
  showNotes(document.getElementById("lesson-notes"), result.warnings);
  showLessons(result.lessons);
}

/** One that was kept, whether or not its job is still known. */
export function showKept(lesson) {
  const made = new Date(lesson.createdAt).toLocaleDateString("en", { dateStyle: "long" });
  document.getElementById("lesson-facts").textContent = `${count(lesson.vocabulary.length, "term")} · made on ${made}`;
  actions.hidden = false;
  showNotes(document.getElementById("lesson-notes"), []);
  showLessons([lesson]);
}

/** The lessons so far: `lessons` stand from `from` on, in place of what was there before. */
export function showPartial({ lessons: some = [], from = 0 }) {
  if (!some.length) return;
  const known = section.hidden ? [] : lessons.slice(0, from);
  document.getElementById("lesson-facts").textContent = `${count(known.length + some.length, "topic")} so far`;
  actions.hidden = true;
  showNotes(document.getElementById("lesson-notes"), []);
  showLessons([...known, ...some]);
}

export function hide() {
  section.hidden = true;
  lessons = [];
}

export function focus() {
  title.focus({ preventScroll: true });
  reveal(section);
}

/** Who reads one already goes on with it. */
function showLessons(found) {
  const place = section.hidden ? 0 : Math.min(Number(topic.value), found.length - 1);
  lessons = found.map((lesson) => ({ ...lesson, conversation: lesson.conversation ?? [], exercises: lesson.exercises ?? [] }));
  topic.replaceChildren(...lessons.map((lesson, i) => new Option(`${lesson.topicName} (${lesson.vocabulary.length})`, i)));
  showLesson(place);
  section.hidden = false;
}

function showLesson(place) {
  const lesson = lessons[place];
  topic.value = place;
  title.textContent = lesson.title;
  showVocabulary(lesson);
  showConversation(lesson);
  showExercises(lesson, place + 1 < lessons.length ? () => goTo(place + 1) : null);
  why.textContent = lesson.conversation.length ? "" : (lesson.conversationReason ?? "");
  why.hidden = !why.textContent;
  for (const choice of choices) choice.closest("label").hidden = lesson[choice.value].length === 0;
  const chosen = [...choices].find((choice) => choice.checked);
  showPart(section.hidden || lesson[chosen.value].length === 0 ? parts[0] : chosen.value);
}

function goTo(place) {
  showLesson(place);
  showPart(parts[0]);
  focus();
}

function showPart(shown) {
  for (const choice of choices) choice.checked = choice.value === shown;
  for (const part of parts) document.getElementById(part).hidden = part !== shown;
}
