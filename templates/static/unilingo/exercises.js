// The exercises of a lesson, one after the other; each remembers how far it is until another lesson is shown.

import { cloze } from "./cloze.js";
import { matching } from "./matching.js";
import { ordering } from "./ordering.js";

const KINDS = { cloze, matching, ordering };

const root = document.getElementById("exercise");
const place = document.getElementById("exercise-place");
const score = document.getElementById("exercise-score");
const previous = document.getElementById("exercise-previous");
const next = document.getElementById("exercise-next");

let tasks = [];
let answers = [];
let index = 0;

export function startExercises() {
  previous.addEventListener("click", () => move(-1));
  next.addEventListener("click", () => move(1));
}

/** Each kind makes an element of its exercise, and calls back with whether the first answer was right. */
export function showExercises(exercises) {
  answers = [];
  tasks = exercises.map((exercise, i) => KINDS[exercise.type](exercise, (isRight) => answered(i, isRight)));
  index = 0;
  showTask();
  showScore();
}

function move(by) {
  const to = Math.min(Math.max(index + by, 0), tasks.length - 1);
  if (to === index) return;
  index = to;
  showTask();
}

function answered(i, isRight) {
  answers[i] ??= isRight;
  showScore();
}

function showTask() {
  root.replaceChildren(...tasks.slice(index, index + 1));
  place.textContent = tasks.length ? `${index + 1} of ${tasks.length}` : "This lesson is too short for exercises.";
  // Not `disabled`, which would drop the keyboard's focus at both ends.
  previous.setAttribute("aria-disabled", String(index === 0));
  next.setAttribute("aria-disabled", String(index >= tasks.length - 1));
}

function showScore() {
  const done = answers.filter((isRight) => isRight !== undefined);
  score.textContent = done.length ? `${done.filter(Boolean).length} of ${done.length} right at the first try` : "";
}
