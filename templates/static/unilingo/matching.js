// Terms, and their meanings in another order: a letter is chosen for each term.

const template = document.getElementById("matching");
const pairTemplate = document.getElementById("matching-pair");

let fields = 0; // to tell the fields of one exercise from those of another

export function matching({ pairs, meanings }, answered) {
  const task = template.content.cloneNode(true).firstElementChild;
  const verdict = task.querySelector(".verdict");
  const letters = meanings.map((_, i) => String.fromCharCode(65 + i));
  const rows = pairs.map(row);
  task.querySelector(".task-meanings").append(...meanings.map(item));
  task.querySelector(".task-pairs").append(...rows);
  task.querySelector("button").addEventListener("click", check);
  return task;

  function item(meaning) {
    return Object.assign(document.createElement("li"), { textContent: meaning, dir: "auto" });
  }

  function row({ keyword }) {
    const pair = pairTemplate.content.cloneNode(true).firstElementChild;
    const [label, select] = [pair.querySelector("label"), pair.querySelector("select")];
    select.id = `match-${(fields += 1)}`;
    label.htmlFor = select.id;
    label.textContent = keyword;
    select.append(...letters.map((letter) => new Option(letter)));
    select.addEventListener("change", () => delete pair.dataset.verdict);
    return pair;
  }

  function check() {
    const chosen = rows.map((one) => meanings[letters.indexOf(one.querySelector("select").value)]);
    const isRight = pairs.map((pair, i) => chosen[i] === pair.meaning);
    rows.forEach((one, i) => (one.dataset.verdict = isRight[i] ? "right" : "wrong"));
    const right = isRight.filter(Boolean).length;
    verdict.textContent = right === pairs.length ? "All of them are right." : `${right} of ${pairs.length} are right.`;
    answered(right === pairs.length);
  }
}
