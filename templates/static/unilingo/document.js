// A document that has been read: its pages, and what is doubtful about them. Its text can be studied.

import * as self from "./document.js";
import { append } from "./documents.js";
import { shows } from "./kinds.js";
import { reveal } from "./motion.js";
import { count, facts, showNotes } from "./result.js";

shows("document", self);

const DOUBTFUL = 0.7;

const section = document.getElementById("document");
const title = document.getElementById("document-title");
const content = document.getElementById("content");
const template = document.getElementById("document-page");

let text = "";

export function start() {
  document.getElementById("document-use").addEventListener("click", () => append(text, content));
}

export function show({ result, title: name, duration }) {
  text = result.text;
  title.textContent = name;
  const there = [count(result.pageCount, "page"), `${[...text].length.toLocaleString("en")} characters`];
  document.getElementById("document-facts").textContent = facts(there, result, duration);
  showNotes(document.getElementById("document-notes"), result.warnings);
  const made = result.pages.map((page, i) => row(page, i, result.pageConfidence?.[i], result.pages.length === 1));
  document.getElementById("document-pages").replaceChildren(...made);
  section.hidden = false;
}

export function retitle(name) {
  title.textContent = name;
}

export function hide() {
  section.hidden = true;
}

export function focus() {
  title.focus({ preventScroll: true });
  reveal(section);
}

function row(page, i, confidence, isOpen) {
  const made = template.content.cloneNode(true).firstElementChild;
  made.open = isOpen;
  const isDoubtful = typeof confidence === "number" && confidence < DOUBTFUL;
  const doubt = isDoubtful ? ` · hard to read, about ${Math.round(confidence * 100)} % sure` : "";
  made.querySelector("summary").textContent = `Page ${i + 1}${doubt}${page.trim() ? "" : " · empty"}`;
  made.querySelector("p").textContent = page;
  return made;
}
