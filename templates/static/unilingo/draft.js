// What was typed stays in this browser: the form as it is, and what each of the last jobs was asked with.

const DRAFT = "unilingo.draft";
const ASKED = "unilingo.asked";
const REMEMBERED = 10;
const PAUSE_MS = 300;

/** Keeps the form's fields of these names as they change, and puts back what was there. */
export function keepDraft(form, names) {
  const key = `${DRAFT}.${form.id}`;
  let timer;
  const keep = () => write(key, valuesOf(form, names));
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  addEventListener("pagehide", keep);
  // On a slow network somebody may have typed before this script came.
  if (!names.some((name) => isTyped(form.elements[name]))) fill(form, read(key) ?? {});
}

const isTyped = (field) => "defaultValue" in field && field.value !== field.defaultValue;

export function valuesOf(form, names) {
  return Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
}

export function fill(form, values) {
  for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value;
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
