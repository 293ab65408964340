// The words of a sentence in another order: they are moved one by one into a line, and back by pressing them again.

const template = document.getElementById("ordering");

export function ordering({ words, answer }, answered) {
  const task = template.content.cloneNode(true).firstElementChild;
  const line = task.querySelector(".task-line");
  const left = task.querySelector(".task-choices");
  const verdict = task.querySelector(".verdict");
  left.append(...words.map(button));
  task.querySelector(":scope > button").addEventListener("click", () => {
    verdict.textContent = answer;
    answered(false);
  });
  return task;

  function button(word) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: word });
    made.dir = "auto";
    made.addEventListener("click", () => move(made));
    return made;
  }

  function move(word) {
    const next = word.nextElementSibling ?? word.previousElementSibling;
    (word.parentElement === line ? left : line).append(word);
    // The keyboard goes on where the word was.
    (next ?? word).focus();
    check();
  }

  function check() {
    delete line.dataset.verdict;
    verdict.textContent = "";
    if (left.childElementCount) return;
    const isRight = [...line.children].map((word) => word.textContent).join(" ") === answer;
    line.dataset.verdict = isRight ? "right" : "wrong";
    verdict.textContent = isRight ? "Right." : "Not yet. Press a word to take it back.";
    answered(isRight);
  }
}
