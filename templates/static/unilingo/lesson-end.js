// What stands behind the last exercise: how it went, and what is worth another look.

const template = document.getElementById("lesson-end");

/** `next`: to the lesson behind this one, null if there is none. */
export function summaryOf(lesson, answers, again, next) {
  const made = template.content.cloneNode(true).firstElementChild;
  const count = lesson.exercises.length;
  const done = answers.filter((isRight) => isRight !== undefined).length;
  const right = answers.filter(Boolean).length;
  const open = count - done;
  made.querySelector(".end-score").textContent =
    `${right} of ${count} exercises were right at the first try` + (open ? `, ${open} ${open === 1 ? "is" : "are"} still open.` : ".");
  const terms = new Set(lesson.exercises.filter((_, i) => answers[i] === false).flatMap((exercise) => termsOf(exercise, lesson)));
  made.querySelector(".end-again ul").replaceChildren(
    ...[...terms].map((term) => Object.assign(document.createElement("li"), { textContent: term, dir: "auto" })),
  );
  made.querySelector(".end-again").hidden = terms.size === 0;
  made.querySelector("[data-again]").addEventListener("click", again);
  const forward = made.querySelector("[data-next]");
  forward.hidden = !next;
  forward.addEventListener("click", () => next?.());
  return made;
}

function termsOf({ type, answer, pairs = [] }, lesson) {
  if (type === "matching") return pairs.map((pair) => pair.keyword);
  if (type === "cloze") return [answer];
  const said = answer.toLowerCase();
  return lesson.vocabulary.map((entry) => entry.keyword).filter((term) => said.includes(term.toLowerCase()));
}
