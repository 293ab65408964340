// The caller's newest jobs, to open again. The server keeps no titles in its list, so this browser remembers them.

import { get, mayAsk } from "./api.js";
import { kindOf } from "./kinds.js";

const SHOWN = 5;
const ASKED = 30; // other kinds of jobs may be among them
const REMEMBERED = 50;
const KEY = "unilingo.titles";
const STATES = { waiting: "waiting", active: "in progress", delayed: "waiting", failed: "failed", cancelled: "cancelled" };

const section = document.getElementById("recent");
const list = section.querySelector("ul");
const template = section.querySelector("template");

export function titleOf(jobId) {
  return titles()[jobId] ?? kindOf(jobId)?.name ?? "";
}

export function remember(jobId, title) {
  const newest = Object.entries({ ...titles(), [jobId]: title }).slice(-REMEMBERED);
  localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(newest)));
}

/** Without a server there is nothing to list, and other parts of the page say so. */
export async function showRecent(currentId) {
  if (!mayAsk) return;
  const { jobs } = await get(`/api/jobs?limit=${ASKED}`).catch(() => ({ jobs: [] }));
  const shown = jobs.filter((job) => kindOf(job.jobId)).slice(0, SHOWN);
  list.replaceChildren(...shown.map((job) => row(job, currentId)));
  section.hidden = shown.length === 0;
}

function row(job, currentId) {
  const made = template.content.cloneNode(true).firstElementChild;
  const link = made.querySelector("a");
  link.href = `#${job.jobId}`;
  if (job.jobId === currentId) link.setAttribute("aria-current", "true");
  made.querySelector(".recent-title").textContent = titleOf(job.jobId);
  const state = STATES[job.status] ?? ago(job.createdAt);
  made.querySelector(".recent-state").textContent = `${kindOf(job.jobId).name} · ${state}`;
  return made;
}

function ago(iso) {
  const minutes = Math.round((Date.now() - Date.parse(iso)) / 60_000);
  if (minutes < 1) return "just now";
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (minutes < 60) return words.format(-minutes, "minute");
  if (minutes < 1440) return words.format(-Math.round(minutes / 60), "hour");
  return words.format(-Math.round(minutes / 1440), "day");
}

function titles() {
  return JSON.parse(localStorage.getItem(KEY) ?? "{}");
}
