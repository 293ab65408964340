// What was typed stays in this browser: the form as it is, and what each of the last jobs was asked with.

const DRAFT = "unilingo.draft";
const ASKED = "unilingo.asked";
const REMEMBERED = 10;
const FIELDS = ["kind", "content", "subject", "topicChoice", "topic", "targetLanguage", "nativeLanguage"];
const PAUSE_MS = 300;

/** Keeps the form's fields as they change, and puts back what was there. `changed()` is called when it has put something in. */
export function keepDraft(form, changed) {
  let timer;
  const keep = () => write(DRAFT, valuesOf(form));
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  addEventListener("pagehide", keep);
  const known = read(DRAFT);
  if (known) fill(form, known);
  if (known) changed();
}

export function valuesOf(form) {
  return Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
}

export function fill(form, values) {
  for (const name of FIELDS) if (typeof values[name] === "string") form.elements[name].value = values[name];
}

/** Remember what a job was asked with. */
export function rememberAsked(jobId, values) {
  const all = Object.entries({ ...read(ASKED), [jobId]: values }).slice(-REMEMBERED);
  while (all.length && !write(ASKED, Object.fromEntries(all))) all.shift();
}

/** Undefined if it was asked long ago, or on another device. */
export const askedFor = (jobId) => read(ASKED)?.[jobId];

/** Is this the text of a job already, so that nothing is lost if another takes its place? */
export function isAsked(content) {
  return !content.trim() || Object.values(read(ASKED) ?? {}).some((values) => values.content === content);
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** False if there is no room. */
function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
