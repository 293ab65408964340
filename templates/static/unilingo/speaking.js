// The form of a reading aloud: record it or choose a file, and send it with the text.

import { makeRecorder } from "./recorder.js";

const form = document.getElementById("speaking");
const fields = form.elements;
const button = document.getElementById("assess");
const record = document.getElementById("record");
const state = document.getElementById("record-state");
const problem = document.getElementById("speaking-problem");

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
    if (name === "recorded") fields.audio.value = "";
  },
});

/** `ask(form)` is called with the FormData to send, and may throw a Problem. */
export function startSpeaking(ask) {
  record.addEventListener("click", recorder.toggle);
  fields.audio.addEventListener("change", () => {
    recorder.forget();
    state.textContent = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button && !button.disabled) submit(ask);
  });
}

async function submit(ask) {
  button.disabled = true;
  showErrors({});
  try {
    await ask(request());
  } catch (error) {
    if (!("fields" in error)) throw error;
    showErrors(error.fields, error.message);
  } finally {
    button.disabled = false;
  }
}

function request() {
  const data = new FormData();
  const file = recorder.file ?? fields.audio.files[0];
  if (file) data.set("audio", file);
  for (const name of ["referenceText", "language"]) data.set(name, fields[name].value);
  return data;
}

function showErrors(errors, message = "") {
  const known = ["audio", "referenceText", "language"];
  for (const name of known) {
    const line = document.getElementById(`${name}-error`);
    line.textContent = errors[name] ?? "";
    line.hidden = !errors[name];
    fields[name].setAttribute("aria-invalid", String(Boolean(errors[name])));
  }
  problem.textContent = known.some((name) => errors[name]) ? "" : message;
  problem.hidden = !problem.textContent;
}
