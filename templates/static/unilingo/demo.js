// The demo page: ask for cards or a lesson, watch them being made, study them. The job that is shown is in the address, after #.

import { adviceOn } from "./advice.js";
import { demoUser, get, isTrusted, post, postForm } from "./api.js";
import { offer, startChanges } from "./changes.js";
import { reopen, startComposer } from "./composer.js";
import { startDocuments } from "./documents.js";
import { showDueCount } from "./due.js";
import { kindOf, KINDS } from "./kinds.js";
import * as progress from "./progress.js";
import { name, showRecent, startRecent, titleOf } from "./recent.js";
import { isOf } from "./replay.js";
import { startSpeaking } from "./speaking.js";
import { watch } from "./watch.js";

const KEPT = "kept-";

const answer = document.querySelector(".answer");
const empty = document.getElementById("empty");

let current = "";
let stop = () => {};

async function ask(kind, request) {
  return follow(await stale(() => post(KINDS[kind].path, request)), request.subject.trim());
}

async function assess(form) {
  isOf(follow(await stale(() => postForm(KINDS.pronunciation.path, form)), form.get("referenceText").trim()));
}

/** What is shown is of before, until there is an answer. */
async function stale(work) {
  answer.classList.add("stale");
  try {
    return await work();
  } finally {
    answer.classList.remove("stale");
  }
}

function follow(accepted, title) {
  name(accepted.jobId, title);
  history.replaceState(null, "", `#${accepted.jobId}`);
  open(accepted.jobId, accepted.eventsUrl, accepted.estimatedTime);
  progress.focus();
  return accepted.jobId;
}

/** Nothing of what was shown before is left. */
function turnTo(id) {
  stop();
  current = id;
  offer(id, "");
  empty.hidden = true;
  for (const { view } of Object.values(KINDS)) view.hide();
}

function open(jobId, eventsUrl = `/api/job-events?jobId=${encodeURIComponent(jobId)}`, estimate = "") {
  turnTo(jobId);
  let isShown = false;
  progress.start(titleOf(jobId), estimate);
  const downloadUrl = `/api/jobs/${encodeURIComponent(jobId)}/deck.apkg${new URL(eventsUrl, location.href).search}`;
  const { view } = kindOf(jobId);
  // A title that only the server knows comes with the list.
  showRecent(jobId).then(() => {
    if (jobId !== current) return;
    progress.retitle(titleOf(jobId));
    view.retitle?.(titleOf(jobId));
  });
  stop = watch(jobId, eventsUrl, {
    connection: progress.showConnection,
    gone: (problem) => progress.fail(problem.message),
    event(type, data) {
      progress.showEvent(type, data);
      if (type !== "heartbeat") offer(jobId, data.status, data.retryable);
      const partial = type === "partial" ? data : data.partial;
      if (partial && !isShown) view.showPartial?.(partial, titleOf(jobId));
      if (data.result && !isShown) {
        isShown = true;
        complete(data, downloadUrl);
      }
      if (data.status === "failed") progress.fail(`${data.error} ${adviceOn(data)}`.trim());
      if (data.status === "cancelled") progress.fail("This job was cancelled.");
      if (["completed", "failed", "cancelled"].includes(type)) showRecent(jobId);
    },
  });
}

function complete(data, downloadUrl) {
  const wasFollowed = document.activeElement === document.getElementById("job-title");
  const { result, duration = data.completedAt - Date.parse(data.startedAt) } = data;
  const { view } = kindOf(data.jobId);
  view.show({ result, title: titleOf(data.jobId), duration, downloadUrl, jobId: data.jobId });
  progress.finish();
  if (wasFollowed) view.focus();
}

/** A lesson of which only what is kept may be left. */
async function openKept(id) {
  turnTo(id);
  showRecent("");
  try {
    const { lesson } = await get(`/api/lessons/${encodeURIComponent(id)}`);
    if (id !== current) return;
    progress.finish();
    KINDS.lesson.view.showKept(lesson);
    KINDS.lesson.view.focus();
  } catch (problem) {
    if (id !== current) return;
    progress.start("Lesson", "");
    progress.fail(problem.message);
  }
}

function openFromAddress() {
  const jobId = decodeURIComponent(location.hash.slice(1));
  if (jobId.startsWith(KEPT)) return openKept(jobId.slice(KEPT.length));
  if (!kindOf(jobId) || jobId === current) return;
  reopen(jobId);
  open(jobId);
  progress.focus();
}

startRecent();
for (const { view } of Object.values(KINDS)) view.start();
startComposer(ask);
startSpeaking(assess);
startDocuments(document.getElementById("content"));
startChanges({ changed: (jobId) => open(jobId), refused: (problem) => progress.fail(problem.message) });
if (isTrusted) document.getElementById("demo-user")?.replaceChildren(demoUser());
addEventListener("hashchange", openFromAddress);
showDueCount();
openFromAddress();
if (!current) showRecent("");
