// The caller's jobs, newest first, to open again: all of them, on every device, named as the server names them.

import { get, mayAsk } from "./api.js";
import { kindOf } from "./kinds.js";

const SHOWN = 5;
const MORE = 20;
const STATES = { waiting: "waiting", active: "in progress", delayed: "waiting", failed: "failed", cancelled: "cancelled" };

const section = document.getElementById("recent");
const list = section.querySelector("ul");
const template = section.querySelector("template");
const more = document.getElementById("recent-more");

const titles = new Map();
let open = "";
let cursor = null;

export const titleOf = (jobId) => titles.get(jobId) ?? kindOf(jobId)?.name ?? "";

/** For a job that was asked for just now. */
export const name = (jobId, title) => titles.set(jobId, title);

export function startRecent() {
  more.addEventListener("click", async () => {
    const { jobs, nextCursor } = await read(MORE, cursor);
    const first = list.children.length;
    list.append(...jobs.map(row));
    showMore(nextCursor);
    list.children[first]?.querySelector("a").focus();
  });
}

/** Without a server there is nothing to list, and other parts of the page say so. */
export async function showRecent(jobId) {
  open = jobId;
  if (!mayAsk) return;
  const { jobs, nextCursor } = await read(Math.max(SHOWN, list.children.length));
  list.replaceChildren(...jobs.map(row));
  section.hidden = jobs.length === 0;
  showMore(nextCursor);
}

async function read(limit, after = "") {
  const asked = new URLSearchParams({ limit: Math.min(limit, 100), ...(after && { cursor: after }) });
  const found = await get(`/api/jobs?${asked}`).catch(() => ({ jobs: [], nextCursor: null }));
  const jobs = found.jobs.filter((job) => kindOf(job.jobId));
  for (const job of jobs) if (job.title) titles.set(job.jobId, job.title);
  return { jobs, nextCursor: found.nextCursor };
}

function showMore(nextCursor) {
  cursor = nextCursor;
  more.hidden = !cursor;
}

function row(job) {
  const made = template.content.cloneNode(true).firstElementChild;
  const link = made.querySelector("a");
  link.href = `#${job.jobId}`;
  if (job.jobId === open) link.setAttribute("aria-current", "true");
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
