// What is said above every finished job: what there is, who made it, how long it took, and remarks.

export const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** `parts`: what there is, in words. `duration` in milliseconds, where it is known. */
export function facts(parts, result, duration) {
  const words = [...parts, result.provider === "local" ? "made on this server" : `made by ${result.model}`];
  if (duration) words.push(`${(duration / 1000).toFixed(1)} s`);
  if (result.tokenUsage) words.push(`${result.tokenUsage.toLocaleString("en")} tokens`);
  return words.join(" · ");
}

export function showNotes(box, notes = []) {
  box.hidden = notes.length === 0;
  box.querySelector("ul").replaceChildren(
    ...notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })),
  );
}
