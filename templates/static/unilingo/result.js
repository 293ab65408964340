// What is said above every finished job: what there is, who made it, how long it took, and remarks.

export const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** `parts`: what there is, in words. `duration` in milliseconds, where it is known. */
export function facts(parts, result, duration) {
  const words = [...parts, result.provider === "local" ? "made on this server" : `made by ${result.model}`];
  if (duration) words.push(`${(duration / 1000).toFixed(1)} s`);
  if (result.tokenUsage) words.push(`${result.tokenUsage.toLocaleString("en")} tokens`);
  return words.join(" · ");
}

/** What became of the whole text, where the engine says it. */
export function coverageOf({ coverage }) {
  if (!coverage?.blocks) return "";
  const skipped = (coverage.skipped ?? []).map(({ reason, count }) => `${reason} (${count})`);
  const rest = skipped.length ? ` Passed over: ${skipped.join(", ")}.` : "";
  return `Made from ${coverage.used} of ${count(coverage.blocks, "passage")} of the text.${rest}`;
}

export function showNotes(box, notes = []) {
  box.hidden = notes.length === 0;
  box.querySelector("ul").replaceChildren(
    ...notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })),
  );
}
