// The lists of the dashboard: kinds, workers, failures, marks of the limits, moves of the breakers.

import { post } from "./api.js";
import { confirmed } from "./confirm.js";

export function showWorkers(workers) {
  fill("workers", "No worker is alive.", workers, ({ name, currentlyProcessing, succeeded, failed }) => [
    strong(name),
    quiet(`${currentlyProcessing} running, ${succeeded} done, ${failed} failed`),
  ]);
}

export function showFailures(failures) {
  fill("failures", "No job has failed.", failures, ({ id, kind, code, error, at, url, canTryAgain }) => {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = id;
    return [time(at), link, quiet(kind), strong(code), error, ...(canTryAgain ? [retryButton(id)] : [])];
  });
}

export function showKinds(kinds) {
  fill("kinds", "", kinds, ({ kind, waiting, active, paused, reason }) => {
    const state = paused ? `paused${reason ? `: ${reason}` : ""}` : "";
    return [strong(kind), quiet([`${waiting} waiting, ${active} active`, state].filter(Boolean).join("; ")), pauseButton({ kind, waiting, active, paused })];
  });
}

function retryButton(id) {
  const words = { title: "Try this job again?", text: `${id} goes on behind what it has finished.`, button: "Try again" };
  return linkButton("Try again", id, () => confirmed(words, () => post(`/monitoring/retry/${encodeURIComponent(id)}`, {})));
}

function pauseButton({ kind, waiting, active, paused }) {
  const words = paused
    ? { title: `Resume ${kind}?`, text: `The waiting jobs are begun again: ${waiting} now.`, button: "Resume" }
    : { title: `Pause ${kind}?`, text: `What runs goes on (${active}); no further job is begun (${waiting} waiting). None is lost.`, button: "Pause" };
  const act = (reason) => post(`/monitoring/kinds/${kind}`, { paused: !paused, ...(reason && { reason }) });
  return linkButton(words.button, kind, () => confirmed(words, act));
}

function linkButton(text, about, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = text;
  button.ariaLabel = `${text} ${about}`;
  button.addEventListener("click", act);
  return button;
}

export function showTransitions(transitions) {
  fill("transitions", "Nothing yet.", transitions, ({ provider, before, after, reason, at }) => [
    time(at),
    strong(provider),
    `${before} to ${after}`,
    quiet(reason),
  ]);
}

export function showCrossings(crossings) {
  fill("crossings", "No mark of a limit was passed.", crossings, ({ scope, percent, limit, at }) => [
    time(at),
    strong(scope),
    `passed ${percent} % of $${limit}`,
  ]);
}

/** Only what has changed is written, so that a link keeps the focus. */
function fill(id, nothing, entries, parts) {
  const list = document.getElementById(id);
  const key = JSON.stringify(entries);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...(entries.length ? entries.map((entry) => item(parts(entry))) : [item([quiet(nothing)])]));
}

function item(parts) {
  const made = document.createElement("li");
  made.append(...parts);
  return made;
}

function strong(text) {
  const made = document.createElement("strong");
  made.textContent = text;
  return made;
}

function quiet(text) {
  const made = document.createElement("span");
  made.className = "quiet";
  made.textContent = text;
  return made;
}

function time(iso) {
  const made = document.createElement("time");
  made.dateTime = iso;
  made.textContent = new Date(iso).toLocaleString([], { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
  return made;
}
