// What the page can ask for, and what shows each. A job's id begins with its kind.

import * as paper from "./document.js";
import * as deck from "./deck.js";
import * as lesson from "./lesson.js";
import * as reading from "./reading.js";

export const KINDS = {
  flashcards: { path: "/api/ai/generate-flashcards", name: "Flashcards", view: deck },
  lesson: { path: "/api/ai/generate-lesson", name: "Lesson", view: lesson },
  document: { path: "/api/process-document", name: "Document", view: paper },
  pronunciation: { path: "/api/pronunciation-assess", name: "Reading aloud", view: reading },
};

export const views = Object.values(KINDS).map((kind) => kind.view);

/** Undefined for jobs that this page does not show. */
export const kindOf = (jobId) => KINDS[jobId.split("-")[0]];
