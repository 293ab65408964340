// What the page can ask for, and what shows each: as the kinds say of themselves. A job's id begins with its kind.

const shown = JSON.parse(document.getElementById("kinds").textContent);
const loaded = await Promise.all(shown.map(async ({ kind, view, ...words }) => [kind, { ...words, view: await import(`./${view}.js`) }]));

export const KINDS = Object.fromEntries(loaded);

export const views = Object.values(KINDS).map((kind) => kind.view);

/** Undefined for jobs that this page does not show. */
export const kindOf = (jobId) => KINDS[jobId.split("-")[0]];
