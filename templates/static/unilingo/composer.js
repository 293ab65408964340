// The form: samples, the counter, and errors at the fields they belong to.

const LIMIT = 100_000;
const AI_SELECTION = "AI Selection"; // what the API calls "find the topics in the text"

const form = document.getElementById("composer");
const fields = form.elements;
const counter = document.getElementById("counter");
const problem = document.getElementById("composer-problem");
const button = document.getElementById("submit");

/** `ask(kind, request)` is called with what to send, and may throw a Problem. */
export function startComposer(ask) {
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
  count();
  showKind();
  showTopic();
}

async function submit(ask) {
  button.disabled = true;
  showErrors({});
  try {
    await ask(fields.kind.value, request());
  } catch (error) {
    if (!("fields" in error)) throw error;
    showErrors(error.fields, error.message);
  } finally {
    button.disabled = false;
  }
}

function request() {
  const texts = ["content", "subject", "targetLanguage", "nativeLanguage"];
  const topic = fields.topicChoice.value === "own" ? fields.topic.value : AI_SELECTION;
  return { ...Object.fromEntries(texts.map((name) => [name, fields[name].value])), topic };
}

/** Shows each message at its field; what belongs to none of them, above the form. */
function showErrors(errors, message = "") {
  const known = [...form.querySelectorAll(".error")].map((line) => {
    const name = line.id.replace("-error", "");
    line.textContent = errors[name] ?? "";
    line.hidden = !errors[name];
    fields[name].setAttribute("aria-invalid", String(Boolean(errors[name])));
    return name;
  });
  const first = known.find((name) => errors[name]);
  problem.textContent = first ? "" : message;
  problem.hidden = !problem.textContent;
  if (first) fields[first].focus();
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
      showTopic();
      count();
    });
  }
}

function showKind() {
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
