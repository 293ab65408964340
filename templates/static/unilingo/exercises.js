// The exercises of a lesson, one after the other. How far one is, is kept with the lesson; behind the last one stands a summary.

import { cloze } from "./cloze.js";
import { summaryOf } from "./lesson-end.js";
import { matching } from "./matching.js";
import { ordering } from "./ordering.js";
import { keepProgress, knownAnswers } from "./lesson-progress.js";

const KINDS = { cloze, matching, ordering };

const root = document.getElementById("exercise");
const place = document.getElementById("exercise-place");
const score = document.getElementById("exercise-score");
const previous = document.getElementById("exercise-previous");
const next = document.getElementById("exercise-next");

let lesson = null;
let tasks = [];
let answers = [];
let index = 0;
let goOn = null;

export function startExercises() {
  previous.addEventListener("click", () => move(-1));
  next.addEventListener("click", () => move(1));
}

/** Each kind makes an element of its exercise, and calls back with whether the first answer was right. `next`: to another lesson. */
export async function showExercises(shown, next) {
  lesson = shown;
  goOn = next;
  begin([]);
  const known = await knownAnswers(lesson);
  // Whoever has begun meanwhile is not disturbed.
  if (shown === lesson && answers.length === 0) begin(known);
}

function begin(known) {
  answers = known;
  tasks = lesson.exercises.map((exercise, i) => KINDS[exercise.type](exercise, (isRight) => answered(i, isRight)));
  const open = tasks.findIndex((_, i) => answers[i] === undefined);
  index = open < 0 ? tasks.length : open;
  showTask();
  showScore();
}

function move(by) {
  const to = Math.min(Math.max(index + by, 0), tasks.length);
  if (to === index || !tasks.length) return;
  index = to;
  showTask();
  root.querySelector("h3")?.focus();
}

function answered(i, isRight) {
  if (answers[i] !== undefined) return;
  answers[i] = isRight;
  showScore();
  keepProgress(lesson, answers);
}

function showTask() {
  const isEnd = index === tasks.length;
  root.replaceChildren(isEnd && tasks.length ? summaryOf(lesson, answers, () => begin([]), goOn) : (tasks[index] ?? ""));
  place.textContent = isEnd ? "" : `${index + 1} of ${tasks.length}`;
  // Not `disabled`, which would drop the keyboard's focus at both ends.
  previous.setAttribute("aria-disabled", String(index === 0));
  next.setAttribute("aria-disabled", String(isEnd));
}

function showScore() {
  const done = answers.filter((isRight) => isRight !== undefined);
  score.textContent = done.length ? `${done.filter(Boolean).length} of ${done.length} right at the first try` : "";
}
