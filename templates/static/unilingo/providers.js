// The providers on the dashboard: breaker, limits in use, and what an operator may do to them.

import { post } from "./api.js";
import { confirmed } from "./confirm.js";

const list = document.getElementById("providers");
const template = document.getElementById("provider");
const WORDS = {
  reset: { title: "Reset the breaker?", text: "It closes at once, and calls are made again.", button: "Reset" },
  "force-open": {
    title: "Take this provider out?",
    text: "It is not called until its breaker is reset. Its jobs wait, none is lost.",
    button: "Take out",
  },
};

/** Rows are kept and only their words change, so that a button keeps the focus. */
export function showProviders(providers, isRedisThere) {
  if (!isRedisThere) {
    const away = document.createElement("li");
    away.textContent = "Unknown while Redis is away.";
    list.replaceChildren(away);
    return;
  }
  for (const provider of providers) fill(rowOf(provider.name), provider);
}

function rowOf(name) {
  const known = list.querySelector(`[data-name="${name}"]`);
  if (known) return known;
  list.querySelector("li:not([data-name])")?.remove();
  const row = template.content.cloneNode(true).firstElementChild;
  row.dataset.name = name;
  row.querySelector("h3").textContent = name;
  for (const button of row.querySelectorAll("[data-command]")) {
    const { command } = button.dataset;
    button.setAttribute("aria-label", `${button.textContent} ${name}`);
    button.addEventListener("click", () => {
      const { title, text, button: yes } = WORDS[command];
      const words = { title: `${name}: ${title}`, text: `${text} In its line now: ${row.dataset.waiting}.`, button: yes };
      confirmed(words, (reason) => post(`/api/circuit-breakers/${command}/${name}`, reason ? { reason } : {}));
    });
  }
  list.append(row);
  return row;
}

function fill(row, { state, reason, failures, successes, nextRetryAt, limits, isSetUp, windowSeconds }) {
  row.dataset.waiting = limits.waiting;
  const shown = row.querySelector(".state");
  shown.textContent = state.toLowerCase().replace("_", " ");
  shown.className = `state ${state.toLowerCase()}`;
  const retry = nextRetryAt ? `, tried again at ${new Date(nextRetryAt).toLocaleTimeString()}` : "";
  const calls = isSetUp ? `${successes} calls went well, ${failures} failed, in the last ${windowSeconds} s` : "Not configured";
  row.querySelector(".hint").textContent = `${state === "CLOSED" ? calls : (reason ?? calls)}${retry}.`;
  const bars = limits.windows.map(({ name, used, limit }) => [`${name} a minute`, used, limit]);
  if (limits.maxConcurrent) bars.push(["at once", limits.inFlight, limits.maxConcurrent]);
  const oldest = Math.round(limits.oldestWaitingSeconds);
  if (limits.waiting) bars.push([`in line, the first for ${oldest} s`, limits.waiting, 0]);
  const root = row.querySelector(".limits");
  root.hidden = !isSetUp;
  const wanted = bars.map(([name]) => name).join();
  if (root.dataset.names !== wanted) {
    root.dataset.names = wanted;
    root.replaceChildren(...bars.map(bar));
  }
  bars.forEach(([name, used, limit], at) => update(root.children[at], name, used, limit));
}

function bar() {
  const label = document.createElement("label");
  label.append(document.createElement("span"), document.createElement("span"));
  const made = document.createElement("div");
  const progress = document.createElement("progress");
  made.append(label, progress);
  return made;
}

function update(made, name, used, limit) {
  const [title, value] = made.querySelectorAll("span");
  title.textContent = name;
  value.textContent = limit ? `${used} of ${limit}` : String(used);
  const progress = made.querySelector("progress");
  progress.hidden = !limit;
  progress.max = limit || 1;
  progress.value = used;
  progress.ariaLabel = name;
  progress.classList.toggle("full", limit > 0 && used >= limit);
}
