// The learner's own recording, to be listened to: the whole of it, or one word.

const player = document.getElementById("replay");
const AROUND = 0.08; // seconds before and after a word, which is cut tightly

let url = "";
let job = "";
let end = Infinity;

player.addEventListener("timeupdate", () => {
  if (player.currentTime < end) return;
  player.pause();
  end = Infinity;
});

/** `file` null: there is none. */
export function heard(file) {
  URL.revokeObjectURL(url);
  job = "";
  url = file ? URL.createObjectURL(file) : "";
  player.hidden = !file;
  if (file) player.src = url;
  else player.removeAttribute("src");
}

/** The recording is the one that this job judges. */
export const isOf = (jobId) => (job = jobId);

export const canReplay = (jobId) => Boolean(url) && job === jobId;

/** From one second to another. */
export function playFrom(start, stop) {
  player.currentTime = Math.max(start - AROUND, 0);
  end = stop + AROUND;
  player.play().catch(() => {});
}
