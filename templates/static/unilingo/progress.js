// The panel of a running job: where it stands, how the connection is, and the log of its events.

import { get } from "./api.js";
import { reveal } from "./motion.js";

const panel = document.getElementById("job");
const title = document.getElementById("job-title");
const connection = document.getElementById("connection");
const bar = document.getElementById("job-progress");
const percent = document.getElementById("job-percent");
const message = document.getElementById("job-message");
const problem = document.getElementById("job-problem");
const log = document.getElementById("log");
const rows = log.querySelector("ol");
const rowTemplate = log.querySelector("template");

const times = document.getElementById("job-times");
const workers = document.getElementById("job-workers");

// So long nobody has begun before we ask whether anybody works at all.
const PATIENCE_SECONDS = 4;
// Of several in a row the last one is enough.
const REPEATED = ["heartbeat", "partial"];
const CONNECTION = { live: "Live", lost: "Connection lost, trying again" };

let began = 0; // when the job was made, by the server's clock
let since = 0; // the same by this device's
let estimated = "";
let status = "";
let timer;
let newest = 0; // the time of the newest state that is shown: what a stream replays is older, and only logged

/** `estimate`: how long such a job takes, in words. */
export function start(jobTitle, estimate) {
  began = newest = 0;
  since = Date.now();
  estimated = estimate;
  status = "";
  clearInterval(timer);
  timer = setInterval(showTimes, 1000);
  workers.hidden = true;
  times.hidden = false;
  showTimes();
  retitle(jobTitle);
  rows.replaceChildren();
  panel.hidden = log.hidden = false;
  log.open = true;
  connection.hidden = true;
  problem.hidden = true;
  showState(0, "Sending your text");
}

export function retitle(jobTitle) {
  title.textContent = jobTitle;
}

export function showConnection(state) {
  connection.dataset.state = state;
  connection.hidden = false;
  if (connection.textContent !== CONNECTION[state]) connection.textContent = CONNECTION[state];
}

export function showEvent(type, data) {
  const at = Date.parse(data.timestamp);
  began ||= Date.parse(data.createdAt ?? data.timestamp);
  const words = wordsOf(type, data);
  addRow(type, (at - began) / 1000, words);
  if (type === "heartbeat" || at < newest) return;
  newest = at;
  status = data.status;
  // A job that was begun before this page was opened.
  since = Math.min(since, Date.now() - Math.max(at - began, 0));
  if (status !== "waiting") workers.hidden = true;
  showState(data.progress, words);
}

/** The job has ended well, and its cards say the rest. */
export function finish() {
  clearInterval(timer);
  panel.hidden = true;
  log.open = false;
}

export function fail(text) {
  clearInterval(timer);
  times.hidden = workers.hidden = true;
  showState(bar.value, "");
  connection.hidden = true;
  problem.textContent = text;
  problem.hidden = false;
}

export function focus() {
  title.focus({ preventScroll: true });
  reveal(panel);
}

function showTimes() {
  const seconds = Math.round((Date.now() - since) / 1000);
  const usual = estimated && status !== "delayed" ? `usually ${estimated.replace("-", "–")} · ` : "";
  times.textContent = `${usual}${seconds} s so far`;
  if (status === "waiting" && seconds >= PATIENCE_SECONDS && seconds % PATIENCE_SECONDS === 0) showWorkers();
}

/** A job waits in a line, or because nobody works. */
async function showWorkers() {
  const { checks } = await get("/readyz?verbose").catch(() => ({ checks: {} }));
  workers.hidden = status !== "waiting" || !checks?.workers || checks.workers === "ok";
}

function showState(progress, words) {
  bar.value = progress ?? 0;
  percent.textContent = `${bar.value} %`;
  if (message.textContent !== words) message.textContent = words;
}

function wordsOf(type, data) {
  if (type === "heartbeat") return "Still here";
  if (type === "partial") return "What is finished is shown below";
  if (type === "completed" || data.status === "completed") return "Done";
  if (data.status === "failed") return data.error;
  if (data.status === "cancelled") return "Cancelled";
  const words = data.waitingFor?.explanation || data.progressMessage || data.message || "";
  return data.nextAttemptAt ? `${words} Next try at ${timeOfDay(data.nextAttemptAt)}.` : words;
}

function addRow(type, seconds, words) {
  const last = rows.lastElementChild;
  if (REPEATED.includes(type) && last?.dataset.type === type) last.remove();
  const row = rowTemplate.content.cloneNode(true).firstElementChild;
  row.dataset.type = type;
  row.querySelector(".log-time").textContent = `${seconds.toFixed(1)} s`;
  row.querySelector(".log-type").textContent = type;
  row.querySelector(".log-text").textContent = words;
  rows.append(row);
  rows.scrollTop = rows.scrollHeight;
  document.getElementById("log-count").textContent = ` · ${rows.children.length} ${rows.children.length === 1 ? "event" : "events"}`;
}

function timeOfDay(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
