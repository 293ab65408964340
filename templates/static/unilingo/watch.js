// The event stream of one job, for as long as it takes.

import { get } from "./api.js";

const TYPES = ["connected", "waiting", "active", "progress", "partial", "delayed", "completed", "failed", "cancelled", "heartbeat"];
const ENDINGS = ["completed", "failed", "cancelled"];
const RETRY_MS = [1000, 15000];

/**
 * Calls `on.event(type, data)` for every event, `on.connection("live" | "lost")` as that changes, and `on.gone(problem)`
 * when there is nothing to watch. EventSource comes back by itself, with its Last-Event-ID, when a connection breaks;
 * an answer other than 200 ends it for good, so then we ask why, and begin again. Returns a function that stops it all.
 */
export function watch(jobId, eventsUrl, on) {
  let source;
  let timer;
  let lastId = "";
  let pause = RETRY_MS[0];

  function open() {
    const url = new URL(eventsUrl, location.href);
    if (lastId) url.searchParams.set("lastEventId", lastId);
    source = new EventSource(url);
    source.onopen = () => {
      pause = RETRY_MS[0];
      on.connection("live");
    };
    source.onerror = () => {
      on.connection("lost");
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(askAgain, pause);
    };
    for (const type of TYPES) source.addEventListener(type, (event) => hear(type, event));
  }

  function hear(type, event) {
    lastId = event.lastEventId;
    if (ENDINGS.includes(type)) stop();
    on.event(type, JSON.parse(event.data));
  }

  async function askAgain() {
    pause = Math.min(pause * 2, RETRY_MS[1]);
    try {
      await get(`/api/job-status/${encodeURIComponent(jobId)}`);
    } catch (problem) {
      if ([401, 403, 404].includes(problem.status)) return on.gone(problem);
    }
    open();
  }

  function stop() {
    clearTimeout(timer);
    source.close();
  }

  open();
  return stop;
}
