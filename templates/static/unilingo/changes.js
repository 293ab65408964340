// The buttons of a job: one stops it while it runs, the other has it tried again once it has ended without a result.

import { mayAsk, post } from "./api.js";

const cancel = document.getElementById("cancel");
const retry = document.getElementById("retry");
const ACTIONS = { cancel, retry };
const WORDS = { cancel: "Cancel", retry: "Try again" };

let current = "";

/** `on.changed(jobId)` is called when a job lives again, `on.refused(problem)` when the server does not do it. */
export function startChanges(on) {
  for (const [action, button] of Object.entries(ACTIONS)) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      // What runs ends at its next step.
      if (action === "cancel") button.textContent = "Cancelling …";
      try {
        await post(`/api/jobs/${encodeURIComponent(current)}/${action}`, {});
        if (action === "retry") on.changed(current);
      } catch (problem) {
        enable(button);
        on.refused(problem);
      }
    });
  }
}

/** Offers what can be done to a job in that state; trying again only where that can help. */
export function offer(jobId, status, isRetryable = false) {
  if (!mayAsk) return;
  current = jobId;
  show(cancel, ["waiting", "delayed", "active"].includes(status));
  show(retry, status === "cancelled" || (status === "failed" && isRetryable));
}

function show(button, isOffered) {
  if (button.hidden !== isOffered) return;
  enable(button);
  button.hidden = !isOffered;
}

function enable(button) {
  button.disabled = false;
  button.textContent = WORDS[button.id];
}
