// Pictures and PDFs dropped on the study text are read by the server, and their text takes its place.

import { postForm } from "./api.js";
import { watch } from "./watch.js";

const LIMIT = 100_000;
const PDF = "application/pdf";

const input = document.getElementById("files");
const state = document.getElementById("documents-state");

let stop = () => {};

/** `content` is the textarea; it hears an `input` event when text has come. */
export function startDocuments(content) {
  if (!input) return;
  input.addEventListener("change", () => {
    read([...input.files], content);
    input.value = "";
  });
  for (const type of ["dragenter", "dragover"]) content.addEventListener(type, (event) => show(event, content, true));
  for (const type of ["dragleave", "drop"]) content.addEventListener(type, (event) => show(event, content, false));
  content.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) read([...event.dataTransfer.files], content);
  });
}

/** Text that is dragged is the browser's business. */
function show(event, content, isOver) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  content.classList.toggle("dropping", isOver);
}

async function read(files, content) {
  stop();
  const isPdf = files.some((file) => file.type === PDF || file.name.toLowerCase().endsWith(".pdf"));
  if (isPdf && files.length > 1) return say("Send one PDF, or up to five pictures.", true);
  say(`Sending ${files.map((file) => file.name).join(", ")} …`);
  const form = new FormData();
  for (const file of files) form.append(isPdf ? "pdf" : "images", file);
  try {
    const accepted = await postForm(isPdf ? "/api/process-pdf" : "/api/process-image", form);
    if (accepted.result) return fill(accepted.result, content);
    follow(accepted, content);
  } catch (problem) {
    if (!("fields" in problem)) throw problem;
    say(Object.values(problem.fields)[0] ?? problem.message, true);
  }
}

function follow({ jobId, eventsUrl }, content) {
  stop = watch(jobId, eventsUrl, {
    connection() {},
    gone: (problem) => say(problem.message, true),
    event(type, data) {
      if (data.result) {
        stop();
        fill(data.result, content);
      } else if (data.status === "failed") say(data.error, true);
      else if (type !== "heartbeat") say(`${data.progressMessage || data.message || "Reading"} …`);
    },
  });
}

function fill({ text, pageCount, warnings }, content) {
  const letters = [...text];
  content.value = letters.slice(0, LIMIT).join("");
  content.setSelectionRange(0, 0);
  content.dispatchEvent(new Event("input"));
  const shortened = letters.length > LIMIT ? ["Only the first 100,000 characters are used."] : [];
  say([`Read ${pageCount} ${pageCount === 1 ? "page" : "pages"}.`, ...warnings, ...shortened].join(" "));
  content.focus();
  content.scrollTop = 0;
}

function say(text, isProblem = false) {
  state.textContent = text;
  state.hidden = false;
  state.toggleAttribute("data-problem", isProblem);
}
