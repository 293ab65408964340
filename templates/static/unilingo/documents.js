// Files dropped on the study text: text is taken as it is, pictures and documents are read by the server. What is there
// already stays, the new text comes behind it, and that can be undone.

import { mayAsk, postForm } from "./api.js";
import { watch } from "./watch.js";

const LIMIT = 100_000;
const PICTURES = 5;
// By the ends of names, since browsers know few of the types.
const TEXT = /\.(txt|md|markdown|text)$/i;
const PICTURE = /\.(jpe?g|png|webp|heic|heif)$/i;
const DOCUMENT = /\.(pdf|docx|pptx|epub|html?)$/i;
const NOT_TAKEN = "is not taken: it may be a PDF, a document of Word or PowerPoint, a book (EPUB), a web page, pictures or text";

const input = document.getElementById("files");
const state = document.getElementById("documents-state");
const words = state.querySelector("span");
const undo = state.querySelector("button");

let before = "";
let last = { text: "", jobId: "" };

/** `content` is the textarea; it hears an `input` event when text has come. */
export function startDocuments(content) {
  input.addEventListener("change", () => {
    read([...input.files], content);
    input.value = "";
  });
  for (const type of ["dragenter", "dragover"]) content.addEventListener(type, (event) => show(event, content, true));
  for (const type of ["dragleave", "drop"]) content.addEventListener(type, (event) => show(event, content, false));
  content.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) read([...event.dataTransfer.files], content);
  });
  undo.addEventListener("click", () => {
    put(before, content);
    say("Undone.");
    content.focus();
  });
}

/** The job that read this text, if nothing was changed since: it knows the pages that cards are from. */
export function documentOf(text) {
  return text === last.text ? last.jobId : "";
}

/** The text of a document that has been read, behind what is there. */
export function append(text, content, remarks = []) {
  before = content.value;
  const letters = [...(before.trim() ? `${before.trimEnd()}\n\n${text}` : text)];
  const shortened = letters.length > LIMIT ? [`Only the first ${LIMIT.toLocaleString("en")} characters fit.`] : [];
  put(letters.slice(0, LIMIT).join(""), content);
  const start = before.trim() ? before.trimEnd().length : 0;
  content.focus();
  content.setSelectionRange(start, start);
  content.scrollTop = start ? content.scrollHeight : 0;
  say([...remarks, ...(start ? ["Put behind the text that was here."] : []), ...shortened].join(" "));
  undo.hidden = false;
}

/** Text that is dragged is the browser's business. */
function show(event, content, isOver) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  content.classList.toggle("dropping", isOver);
}

async function read(files, content) {
  const problem = refused(files);
  if (problem) return say(problem, true);
  if (TEXT.test(files[0].name)) return append(await textOf(files[0]), content, [`Took the text of ${files[0].name}.`]);
  if (!mayAsk) return say("Sign in to have documents read.", true);
  say(`Sending ${files.map((file) => file.name).join(", ")} …`);
  try {
    const accepted = await send(files);
    if (accepted.result) return fill(accepted, content);
    follow(accepted, files[0].name, content);
  } catch (problem) {
    if (!("fields" in problem)) throw problem;
    say(Object.values(problem.fields)[0] ?? problem.message, true);
  }
}

function refused(files) {
  const other = files.find(({ name }) => ![TEXT, PICTURE, DOCUMENT].some((kind) => kind.test(name)));
  if (other) return `${other.name} ${NOT_TAKEN}.`;
  if (files.length > 1 && !files.every(({ name }) => PICTURE.test(name))) return "Send one document at a time, or up to five pictures.";
  return files.length > PICTURES ? `Up to ${PICTURES} pictures are read at once.` : "";
}

function send(files) {
  const { name } = files[0];
  const [field, path] = PICTURE.test(name)
    ? ["images", "/api/process-image"]
    : /\.pdf$/i.test(name)
      ? ["pdf", "/api/process-pdf"]
      : ["document", "/api/process-document"];
  const form = new FormData();
  for (const file of files) form.append(field, file);
  return postForm(path, form);
}

/** UTF-8, or what Windows wrote before it. */
async function textOf(file) {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Each by itself: whoever brings another one meanwhile gets both. */
function follow({ jobId, eventsUrl }, name, content) {
  const stop = watch(jobId, eventsUrl, {
    connection() {},
    gone: (problem) => say(problem.message, true),
    event(type, data) {
      if (data.result) {
        stop();
        fill({ jobId, result: data.result }, content);
      } else if (data.status === "failed") say(`${name}: ${data.error}`, true);
      else if (type !== "heartbeat") say(`${name}: ${data.waitingFor?.explanation || data.progressMessage || data.message || "Reading"} …`);
    },
  });
}

function fill({ jobId, result: { text, pageCount, warnings = [] } }, content) {
  last = { text, jobId };
  append(text, content, [`Read ${pageCount} ${pageCount === 1 ? "page" : "pages"}.`, ...warnings]);
}

function put(text, content) {
  content.value = text;
  content.dispatchEvent(new Event("input", { bubbles: true }));
}

function say(text, isProblem = false) {
  words.textContent = text;
  undo.hidden = true;
  state.hidden = false;
  state.toggleAttribute("data-problem", isProblem);
}
