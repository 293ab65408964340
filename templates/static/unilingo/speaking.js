// The form of a reading aloud: hear the sentence, record it or choose a file, listen to it, and send it with the text.

import { keepDraft } from "./draft.js";
import { problemAt } from "./problem.js";
import { makeRecorder } from "./recorder.js";
import { heard } from "./replay.js";
import { startVoice } from "./voice.js";

const form = document.getElementById("speaking");
const fields = form.elements;
const button = document.getElementById("assess");
const record = document.getElementById("record");
const state = document.getElementById("record-state");
const level = document.getElementById("level");
const showProblem = problemAt(document.getElementById("speaking-problem"), button);

const STATES = {
  recording: (seconds) => `Recording: ${seconds} s`,
  recorded: (seconds) => `Recorded ${seconds} s. Record again, or check it.`,
  refused: () => "This browser gives no microphone. You can choose a recording instead.",
};

const recorder = makeRecorder({
  state(name, seconds) {
    record.setAttribute("aria-pressed", String(name === "recording"));
    record.textContent = name === "recording" ? "Stop recording" : name === "recorded" ? "Record again" : "Start recording";
    state.textContent = STATES[name](seconds);
    level.hidden = name !== "recording";
    if (name === "recording") heard(null);
    if (name !== "recorded") return;
    fields.audio.value = "";
    heard(recorder.file);
  },
  level: (loud) => (level.value = loud),
});

/** `ask(form)` is called with the FormData to send, and may throw a Problem. */
export function startSpeaking(ask) {
  keepDraft(form, ["referenceText", "language"]);
  startVoice(document.getElementById("listen"), () => ({ text: fields.referenceText.value, language: fields.language.value }));
  record.addEventListener("click", recorder.toggle);
  fields.audio.addEventListener("change", () => {
    recorder.forget();
    state.textContent = "";
    heard(fields.audio.files[0] ?? null);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button && !button.disabled) submit(ask);
  });
  if (button) button.disabled = false;
}

async function submit(ask) {
  button.disabled = true;
  showErrors({});
  await recorder.stop();
  let problem = null;
  try {
    await ask(request());
  } catch (error) {
    if (!("fields" in error)) throw error;
    problem = error;
  }
  showProblem(problem && showErrors(problem.fields) ? null : problem);
}

function request() {
  const data = new FormData();
  const file = recorder.file ?? fields.audio.files[0];
  if (file) data.set("audio", file);
  for (const name of ["referenceText", "language"]) data.set(name, fields[name].value);
  return data;
}

/** Shows each message at its field; false if there is none. */
function showErrors(errors) {
  const known = ["audio", "referenceText", "language"];
  for (const name of known) {
    const line = document.getElementById(`${name}-error`);
    line.textContent = errors[name] ?? "";
    line.hidden = !errors[name];
    fields[name].setAttribute("aria-invalid", String(Boolean(errors[name])));
  }
  return known.some((name) => errors[name]);
}
