// The lessons that are kept, newest first. They outlive the jobs that made them.

import { get } from "./api.js";

const AT_ONCE = 10;

const section = document.getElementById("lessons");
const list = document.getElementById("lessons-list");
const more = document.getElementById("lessons-more");
const template = section.querySelector("template");

let cursor = "";

/** `trying(work)` shows what it throws. */
export function startLessons(trying) {
  more.addEventListener("click", () =>
    trying(async () => {
      const first = list.children.length;
      await showLessons();
      list.children[first]?.querySelector("a").focus();
    }),
  );
}

/** The next ones, behind those that are shown. */
export async function showLessons() {
  const found = await get(`/api/lessons?${new URLSearchParams({ limit: AT_ONCE, cursor })}`);
  cursor = found.nextCursor ?? "";
  more.hidden = !cursor;
  list.append(...found.lessons.map(row));
  section.hidden = list.children.length === 0;
}

function row({ id, title, createdAt }) {
  const made = template.content.cloneNode(true).firstElementChild;
  const link = made.querySelector("a");
  link.href = `/#kept-${id}`;
  link.textContent = title;
  made.querySelector("span").textContent = new Date(createdAt).toLocaleDateString("en", { dateStyle: "medium" });
  return made;
}
