// The form: samples, the counter, and errors at the fields they belong to.

import { askedFor, fill, isAsked, keepDraft, rememberAsked, valuesOf } from "./draft.js";
import { documentOf } from "./documents.js";
import { keptFronts } from "./keep.js";
import { problemAt } from "./problem.js";

const FIELDS = ["kind", "content", "subject", "topicChoice", "topic", "targetLanguage", "nativeLanguage", "atMost"];
const LIMIT = 100_000;
const AI_SELECTION = "AI Selection"; // what the API calls "find the topics in the text"

const form = document.getElementById("composer");
const fields = form.elements;
const counter = document.getElementById("counter");
const button = document.getElementById("submit");
const again = document.getElementById("text-again");
const showProblem = problemAt(document.getElementById("composer-problem"), button);

/** `ask(kind, request)` is called with what to send, returns the job's id, and may throw a Problem. */
export function startComposer(ask) {
  keepDraft(form, FIELDS);
  fillFromSamples();
  fields.content.addEventListener("input", count);
  fields.content.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  for (const choice of fields.kind) choice.addEventListener("change", showKind);
  for (const choice of fields.topicChoice) choice.addEventListener("change", showTopic);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button && !button.disabled) submit(ask);
  });
  again.addEventListener("click", () => putBack(again.dataset.jobId));
  showAll();
  if (button) button.disabled = false;
}

/** The text and the settings that the job was asked with come back, at once if nothing else would be lost by it. */
export function reopen(jobId) {
  const known = askedFor(jobId);
  const isHere = known?.content === fields.content.value;
  again.hidden = !known || isHere || isAsked(fields.content.value);
  again.dataset.jobId = jobId;
  if (known && again.hidden) putBack(jobId);
}

function putBack(jobId) {
  again.hidden = true;
  fill(form, askedFor(jobId));
  form.dispatchEvent(new Event("input"));
  showAll();
}

function showAll() {
  count();
  showKind();
  showTopic();
}

async function submit(ask) {
  const asked = valuesOf(form, FIELDS);
  button.disabled = true;
  showErrors({});
  let problem = null;
  try {
    rememberAsked(await ask(asked.kind, await request()), asked);
  } catch (error) {
    if (!("fields" in error)) throw error;
    problem = error;
  }
  showProblem(problem && showErrors(problem.fields) ? null : problem);
}

async function request() {
  const texts = ["subject", "targetLanguage", "nativeLanguage"];
  const documentJobId = documentOf(fields.content.value);
  const source = documentJobId ? { documentJobId } : { content: fields.content.value };
  const topic = fields.topicChoice.value === "own" ? fields.topic.value : AI_SELECTION;
  const asked = { ...source, ...Object.fromEntries(texts.map((name) => [name, fields[name].value])), topic };
  if (fields.kind.value !== "flashcards") return asked;
  const known = await keptFronts(asked.subject.trim());
  return { ...asked, atMost: Number(fields.atMost.value), ...(known.length && { known }) };
}

/** Shows each message at its field, and goes to the first; false if there is none. */
function showErrors(errors) {
  const known = [...form.querySelectorAll(".error")].map((line) => {
    const name = line.id.replace("-error", "");
    line.textContent = errors[name] ?? "";
    line.hidden = !errors[name];
    fields[name].setAttribute("aria-invalid", String(Boolean(errors[name])));
    return name;
  });
  const first = known.find((name) => errors[name]);
  if (first) fields[first].focus();
  return Boolean(first);
}

function fillFromSamples() {
  const samples = JSON.parse(document.getElementById("samples").textContent);
  for (const chip of form.querySelectorAll("[data-sample]")) {
    chip.addEventListener("click", () => {
      const sample = samples[chip.dataset.sample];
      fields.content.value = sample.text;
      fields.content.scrollTop = 0;
      fields.subject.value = sample.subject;
      fields.topicChoice.value = "found";
      showErrors({});
      showAll();
      form.dispatchEvent(new Event("input"));
    });
  }
}

function showKind() {
  document.getElementById("at-most").hidden = fields.kind.value !== "flashcards";
  if (button) button.textContent = fields.kind.value === "lesson" ? "Make a lesson" : "Make flashcards";
}

function showTopic() {
  document.getElementById("own-topic").hidden = fields.topicChoice.value !== "own";
}

function count() {
  // The server counts code points, and trims.
  const length = [...fields.content.value.trim()].length;
  counter.textContent = `${length.toLocaleString("en")} of ${LIMIT.toLocaleString("en")} characters`;
  counter.classList.toggle("over", length > LIMIT);
}
