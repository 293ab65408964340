// A sentence with a gap, and the terms of which one fills it.

const template = document.getElementById("cloze");
const GAP = "____";

export function cloze({ sentence, choices, answer }, answered) {
  const task = template.content.cloneNode(true).firstElementChild;
  const shown = task.querySelector(".task-sentence");
  const verdict = task.querySelector(".verdict");
  const buttons = choices.map(button);
  shown.textContent = sentence;
  task.querySelector(".task-choices").append(...buttons);
  return task;

  function button(term) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: term });
    made.dir = "auto";
    made.addEventListener("click", () => choose(made, term));
    return made;
  }

  function choose(chosen, term) {
    const isRight = term === answer;
    chosen.dataset.verdict = isRight ? "right" : "wrong";
    verdict.textContent = isRight ? `Right: ${term}.` : `Not ${term}. Try another.`;
    if (isRight) shown.textContent = sentence.replaceAll(GAP, answer);
    answered(isRight);
  }
}
