// Keep the cards of a finished set, to be reviewed later.

import { post } from "./api.js";
import { count } from "./result.js";

const button = document.getElementById("keep");
const said = document.getElementById("kept");

let jobId = "";

export function startKeeping() {
  button.addEventListener("click", keep);
}

export function offerToKeep(id) {
  jobId = id;
  button.disabled = false;
  button.textContent = "Keep these cards";
  said.hidden = true;
}

async function keep() {
  button.disabled = true;
  try {
    const { saved, existing } = await post("/api/flashcards", { jobId });
    button.textContent = "Kept";
    const before = existing ? `, ${existing} were kept before` : "";
    const review = Object.assign(document.createElement("a"), { href: "/review", textContent: "Review your cards" });
    said.replaceChildren(`${count(saved, "card")} kept${before}. `, review);
  } catch (problem) {
    button.disabled = false;
    said.replaceChildren(problem.message);
  }
  said.hidden = false;
}
