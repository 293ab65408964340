// The page of kept cards: the review, how it goes, all cards, and files.

import { demoUser, isTrusted, mayAsk, save } from "./api.js";
import { showCards, startBrowsing } from "./browse.js";
import { startBringing } from "./bring.js";
import { showDueCount } from "./due.js";
import { startEditing } from "./edit.js";
import { showLessons, startLessons } from "./lessons.js";
import { deckOf, load, reload, showDecks, startSession } from "./session.js";
import { showStatistics } from "./statistics.js";

const problem = document.getElementById("problem");

async function trying(work) {
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    if (!("fields" in error)) throw error;
    problem.textContent = error.message;
    problem.hidden = false;
    problem.scrollIntoView({ block: "nearest" });
  }
}

/** Cards have come, changed or gone. */
async function refresh() {
  await showDecks();
  await Promise.all([reload(), showCards(), showStatistics()]);
}

function take(ending) {
  document.getElementById(`take-${{ apkg: "deck", csv: "table", txt: "text" }[ending]}`).addEventListener("click", () =>
    trying(() => save(`/api/flashcards/deck.${ending}?${new URLSearchParams({ subject: deckOf() })}`)),
  );
}

for (const ending of ["apkg", "csv", "txt"]) take(ending);
if (isTrusted) document.getElementById("demo-user")?.replaceChildren(demoUser());
startEditing(() => trying(refresh));
startSession({ trying, rated: showStatistics, due: showDueCount, changedDeck: showCards });
startBrowsing({ trying, deckOf });
startLessons(trying);
startBringing({ trying, deckOf, brought: refresh });
if (mayAsk) {
  await trying(async () => {
    await showDecks();
    await Promise.all([load(), showCards(), showStatistics(), showLessons()]);
  });
}
