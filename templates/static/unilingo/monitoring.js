// The staff's dashboard: hears the fleet's figures every two seconds and shows them.

import { post } from "./api.js";
import { drawBars, drawLines } from "./charts.js";
import { confirmed } from "./confirm.js";
import { showCrossings, showFailures, showKinds, showTransitions, showWorkers } from "./monitoring-lists.js";
import { showProviders } from "./providers.js";

const LATE_MS = 10000;
// The limits of what must not be at all: red at once.
const NEVER = [0, 0];
const byId = (id) => document.getElementById(id);
const live = byId("live");
let heardAt = Date.now();
let switchIsOn = false;

const source = new EventSource(document.body.dataset.events);
source.addEventListener("overview", (event) => {
  heardAt = Date.now();
  show(JSON.parse(event.data));
});
source.addEventListener("trouble", () => say("The database does not answer", true));
source.onerror = () => {
  if (source.readyState === EventSource.CLOSED) say("Not connected: reload to sign in again", true);
};
setInterval(() => {
  if (Date.now() - heardAt > LATE_MS && source.readyState !== EventSource.CLOSED) say("Connection lost, trying again", true);
}, 1000);

function say(text, isLost) {
  live.textContent = text;
  live.classList.toggle("lost", isLost);
}

function show(seen) {
  say(`Live, ${new Date(seen.at).toLocaleTimeString()}`, false);
  showAlerts(seen.alerts, seen.standing);
  showNumbers(seen);
  showCharts(seen.minutes);
  showMoney(seen.budget, seen.thresholds);
  showCrossings(seen.crossings);
  showProviders(seen.providers, seen.redis);
  showTransitions(seen.transitions);
  showWorkers(seen.workers);
  showKinds(seen.kinds);
  showFailures(seen.failures);
}

function showAlerts(alerts, standing) {
  byId("all-well").hidden = alerts.length + standing.length > 0;
  showStanding(standing);
  const key = JSON.stringify(alerts);
  const list = document.querySelector("#alerts ul");
  if (list.dataset.key === key) return; // a reader of the screen hears only of changes
  list.dataset.key = key;
  list.replaceChildren(
    ...alerts.map(({ name, severity, text, runbook }) => {
      const item = document.createElement("li");
      item.className = severity === "critical" ? "notice danger" : "notice";
      const title = document.createElement("strong");
      title.textContent = name;
      const where = document.createElement("a");
      where.href = runbook;
      where.textContent = "What to do";
      item.append(title, text, " ", where);
      return item;
    }),
  );
}

/** Its counts change all the time: that is not read out. */
function showStanding(sentences) {
  const list = byId("standing");
  if (list.textContent === sentences.join("")) return;
  list.replaceChildren(
    ...sentences.map((sentence) => {
      const item = document.createElement("li");
      item.className = "notice";
      item.textContent = sentence;
      return item;
    }),
  );
}

function showNumbers({ queue, jobs, performance, streams, workers, webs, redis, thresholds }) {
  number("waiting", queue.waiting, queue.waiting, thresholds.waiting);
  number("active", queue.active);
  number("delayed", queue.delayed, queue.delayed, thresholds.delayed);
  number("oldest", seconds(queue.oldestWaitingSeconds), queue.oldestWaitingSeconds, thresholds.oldestSeconds);
  number("completed", jobs.completed);
  number("failed", jobs.failed);
  number("failure-rate", `${jobs.failureRate} %`, jobs.failureRate, thresholds.failurePercent);
  number("wait-half", seconds(jobs.p50WaitingSeconds));
  number("wait-most", seconds(jobs.p95WaitingSeconds));
  number("run-half", seconds(jobs.p50RunSeconds));
  number("run-most", seconds(jobs.p95RunSeconds));
  number("request-rate", performance.requestsPerMinute);
  number("request-most", `${Math.round(performance.p95ResponseTime)} ms`);
  number("request-errors", `${performance.errorRate} %`, performance.errorRate, thresholds.failurePercent);
  number("streams", streams);
  for (const shown of document.querySelectorAll(".minutes")) shown.textContent = jobs.windowMinutes;
  number("worker-count", workers.length, workers.length ? 0 : 1, NEVER);
  number("web-count", webs);
  number("redis", redis ? "there" : "away", redis ? 0 : 1, NEVER);
}

/** `limits`: above the first it is yellow, above the second red. */
function number(id, text, value = 0, limits = []) {
  byId(id).textContent = text;
  byId(id).className = ["", "high", "bad"][limits.filter((limit) => value > limit).length];
}

function showCharts(minutes) {
  const times = minutes.map((minute) => minute.at);
  const of = (name) => minutes.map((minute) => minute[name]);
  drawLines(byId("queue-chart"), times, [
    { name: "waiting", look: "first", values: of("waiting") },
    { name: "active", look: "second dashed", values: of("active") },
    { name: "delayed", look: "third dotted", values: of("delayed") },
  ]);
  drawBars(byId("jobs-chart"), times, [
    { name: "completed", look: "first", values: of("completed") },
    { name: "failed", look: "bad-mark", values: of("failed") },
  ]);
  drawLines(
    byId("times-chart"),
    times,
    [
      { name: "wait p95", look: "first", values: of("waitingSeconds") },
      { name: "run p95", look: "second dashed", values: of("runSeconds") },
    ],
    seconds,
  );
  drawBars(byId("requests-chart"), times, [
    { name: "answered", look: "first", values: minutes.map((minute) => minute.requests - minute.errors) },
    { name: "errors", look: "bad-mark", values: of("errors") },
  ]);
}

function showMoney({ spent, reserved, projectedMonthEnd, monthlyLimit, percentUsed, killSwitchActive, killSwitchReason }, { budgetPercent }) {
  number("spent", dollars(spent), percentUsed ?? 0, budgetPercent);
  number("reserved", dollars(reserved));
  number("projected", dollars(projectedMonthEnd), projectedMonthEnd, monthlyLimit === null ? [] : [monthlyLimit]);
  number("limit", monthlyLimit === null ? "none" : dollars(monthlyLimit));
  const bar = byId("money-bar");
  bar.hidden = percentUsed === null;
  bar.value = percentUsed ?? 0;
  bar.classList.toggle("full", percentUsed >= budgetPercent[0]);
  switchIsOn = killSwitchActive;
  byId("switch").textContent = switchIsOn ? "Allow paid work again" : "Stop paid work";
  byId("switch-state").textContent = switchIsOn
    ? `Paid work is stopped${killSwitchReason ? `: ${killSwitchReason}` : "."}`
    : "Paid work is allowed.";
}

byId("switch").addEventListener("click", () => {
  const enabled = !switchIsOn;
  const words = enabled
    ? { title: "Stop paid work?", text: "No provider is paid until this is released. Jobs wait, none is lost.", button: "Stop it" }
    : { title: "Allow paid work?", text: "Jobs that wait go on within seconds.", button: "Allow it" };
  confirmed(words, (reason) => post("/api/admin/budget/kill-switch", { enabled, ...(reason && { reason }) }));
});

const dollars = (value) => `$${value.toFixed(value && value < 1 ? 4 : 2)}`;

function seconds(value) {
  if (value === null) return "-";
  if (value >= 120) return `${Math.round(value / 60)} min`;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} s`;
}
