// What went wrong, said at the button that was pressed. A limit is counted down, and the button is back when it is over.

// Who has to wait longer may look again any time.
const LONGEST_COUNTDOWN = 300;
const OFFLINE = "You are offline. What you typed stays here; ask again once you are connected.";

/** `box` is an alert beside `button`. Returns `show(problem)`, where null clears it. */
export function problemAt(box, button) {
  let timer;

  function show(problem) {
    clearInterval(timer);
    box.hidden = !problem;
    if (button) button.disabled = false;
    if (!problem) return;
    const isOffline = !problem.status && !navigator.onLine;
    box.textContent = isOffline ? OFFLINE : problem.message;
    if (problem.status === 429 || problem.status === 503) countDown(problem.retryAfter);
    box.scrollIntoView({ block: "nearest" });
  }

  function countDown(seconds) {
    if (!seconds) return;
    const said = box.textContent.replace(/[^.!?]$/, "$&.");
    // Read out once; then only shown, for each second would be read out.
    box.textContent = `${said} Please wait ${inWords(seconds)}.`;
    if (seconds > LONGEST_COUNTDOWN) return;
    const shown = Object.assign(document.createElement("span"), { className: "countdown", ariaHidden: "true" });
    const end = Date.now() + seconds * 1000;
    if (button) button.disabled = true;
    timer = setInterval(() => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left > 0) shown.textContent = ` ${inWords(left)} left`;
      else show(null);
    }, 1000);
    box.append(shown);
  }

  addEventListener("online", () => {
    if (box.textContent === OFFLINE) show(null);
  });
  return show;
}

function inWords(seconds) {
  if (seconds < 100) return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
