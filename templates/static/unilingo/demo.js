// The demo page: ask for cards or a lesson, watch them being made, study them. The job that is shown is in the address, after #.

import { demoUser, isTrusted, post, postForm } from "./api.js";
import { offer, startChanges } from "./changes.js";
import { startComposer } from "./composer.js";
import { startDocuments } from "./documents.js";
import { kindOf, KINDS, views } from "./kinds.js";
import * as progress from "./progress.js";
import { remember, showRecent, titleOf } from "./recent.js";
import { startSpeaking } from "./speaking.js";
import { watch } from "./watch.js";

const empty = document.getElementById("empty");

let current = "";
let stop = () => {};

async function ask(kind, request) {
  follow(await post(KINDS[kind].path, request), request.subject.trim());
}

async function assess(form) {
  follow(await postForm(KINDS.pronunciation.path, form), form.get("referenceText").trim());
}

function follow(accepted, title) {
  remember(accepted.jobId, title);
  history.replaceState(null, "", `#${accepted.jobId}`);
  open(accepted.jobId, accepted.eventsUrl);
  progress.focus();
}

function open(jobId, eventsUrl = `/api/job-events?jobId=${encodeURIComponent(jobId)}`) {
  stop();
  current = jobId;
  offer(jobId, "");
  let isShown = false;
  empty.hidden = true;
  for (const view of views) view.hide();
  progress.start(titleOf(jobId));
  showRecent(jobId);
  const downloadUrl = `/api/jobs/${encodeURIComponent(jobId)}/deck.apkg${new URL(eventsUrl, location.href).search}`;
  stop = watch(jobId, eventsUrl, {
    connection: progress.showConnection,
    gone: (problem) => progress.fail(problem.message),
    event(type, data) {
      progress.showEvent(type, data);
      if (type !== "heartbeat") offer(jobId, data.status);
      if (data.result && !isShown) {
        isShown = true;
        complete(data, downloadUrl);
      }
      if (data.status === "failed") progress.fail(`${data.error} You can change the text and ask again.`);
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

function openFromAddress() {
  const jobId = decodeURIComponent(location.hash.slice(1));
  if (kindOf(jobId) && jobId !== current) open(jobId);
}

startComposer(ask);
startSpeaking(assess);
startDocuments(document.getElementById("content"));
startChanges({ changed: (jobId) => open(jobId), refused: (problem) => progress.fail(problem.message) });
for (const view of views) view.start();
if (isTrusted) document.getElementById("demo-user")?.replaceChildren(demoUser());
addEventListener("hashchange", openFromAddress);
openFromAddress();
if (!current) showRecent("");
