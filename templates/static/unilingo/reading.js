// A finished assessment: scores, and each word with its sounds. What a colour says, a word or a number says, too.

import { shows } from "./kinds.js";
import { reveal } from "./motion.js";
import * as self from "./reading.js";
import { canReplay, playFrom } from "./replay.js";
import { count, facts, showNotes } from "./result.js";

shows("reading", self);

const section = document.getElementById("reading");
const title = document.getElementById("reading-title");
const verdict = document.getElementById("reading-verdict");
const words = document.getElementById("reading-words");
const practice = document.getElementById("reading-practice");
const wordTemplate = document.getElementById("reading-word");
const soundTemplate = document.getElementById("reading-sound");

const SCORES = {
  pronunciationScore: "Pronunciation",
  accuracyScore: "Accuracy",
  fluencyScore: "Fluency",
  completenessScore: "Completeness",
};
const MARKS = { good: "well said", fair: "nearly", poor: "not clear", unsure: "not sure" };
const ERRORS = { Mispronunciation: "mispronounced", Omission: "left out", Insertion: "not in the text" };

let shown = "";

export function start() {}

export function show({ result, duration, jobId }) {
  shown = jobId;
  const { assessment, feedback } = result;
  const there = [count(assessment.words.length, "word")];
  document.getElementById("reading-facts").textContent = facts(there, result, duration);
  showNotes(document.getElementById("reading-notes"), result.warnings);
  verdict.textContent = assessment.passed ? "Passed" : "Not passed yet";
  verdict.dataset.passed = assessment.passed;
  document.getElementById("reading-scores").replaceChildren(...Object.entries(SCORES).map(([name, label]) => score(label, assessment[name])));
  const told = [feedback.overall, feedback.accuracy, feedback.fluency];
  document.getElementById("reading-feedback").replaceChildren(...told.map(item));
  words.replaceChildren(...assessment.words.map(word));
  practice.querySelector("ul").replaceChildren(...feedback.wordIssues.map((issue) => item(issue.suggestion)));
  practice.hidden = feedback.wordIssues.length === 0;
  section.hidden = false;
}

export function hide() {
  section.hidden = true;
}

export function focus() {
  title.focus({ preventScroll: true });
  reveal(section);
}

function word({ word: text, accuracyScore, errorType, confidence, heard, start, end, phonemes }) {
  const made = wordTemplate.content.cloneNode(true).firstElementChild;
  const said = errorType === "None" || errorType === "Mispronunciation";
  // Right and wrong are said where that is sure; between them stands neither.
  const isUnsure = confidence === "unsure";
  const mark = !said ? "missing" : isUnsure ? "unsure" : errorType === "None" ? band(accuracyScore) : "poor";
  made.dataset.band = mark;
  made.querySelector("strong").textContent = text;
  made.querySelector(".spoken-score").textContent = said ? Math.round(accuracyScore) : "";
  made.querySelector(".spoken-error").textContent = isUnsure ? MARKS.unsure : (ERRORS[errorType] ?? MARKS[mark]);
  const told = made.querySelector(".spoken-heard");
  told.textContent = heard && said ? `heard: ${heard}` : "";
  told.hidden = !told.textContent;
  made.querySelector(".spoken-sounds").replaceChildren(...phonemes.map(sound));
  offerReplay(made.querySelector("button"), text, start, end);
  return made;
}

function offerReplay(button, text, start, end) {
  button.hidden = !canReplay(shown) || typeof start !== "number" || typeof end !== "number";
  button.ariaLabel = `Play ${text}`;
  button.addEventListener("click", () => playFrom(start, end));
}

function sound({ phoneme, accuracyScore }) {
  const made = soundTemplate.content.cloneNode(true).firstElementChild;
  made.dataset.band = band(accuracyScore);
  made.querySelector(".sound").textContent = phoneme || "·";
  made.querySelector(".sound-score").textContent = Math.round(accuracyScore);
  return made;
}

function score(label, value) {
  const made = document.createElement("div");
  const term = document.createElement("dt");
  const told = document.createElement("dd");
  term.textContent = label;
  told.textContent = Math.round(value);
  made.dataset.band = band(value);
  made.append(term, told);
  return made;
}

function item(text) {
  const made = document.createElement("li");
  made.textContent = text;
  return made;
}

// The bands of the feedback, docs/pronunciation.md.
const band = (value) => (value >= 75 ? "good" : value >= 60 ? "fair" : "poor");
