// What the page can ask for, and what shows each: as the kinds say of themselves. A job's id begins with its kind.

const shown = JSON.parse(document.getElementById("kinds").textContent);
const modules = {};

/** Called by each view, which the page loads beside this. */
export const shows = (view, module) => { modules[view] = module; };

export const KINDS = Object.fromEntries(shown.map(({ kind, view, ...words }) => [kind, { ...words, get view() { return modules[view]; } }]));

/** Undefined for jobs that this page does not show. */
export const kindOf = (jobId) => KINDS[jobId.split("-")[0]];
