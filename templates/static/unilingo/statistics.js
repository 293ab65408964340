// How it goes: what was reviewed today, days in a row, and what comes due.

import { get } from "./api.js";
import { count } from "./result.js";

const section = document.getElementById("statistics");
const forecast = document.getElementById("forecast");
const template = section.querySelector("template");

export async function showStatistics() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { statistics } = await get(`/api/flashcards/statistics?${new URLSearchParams({ timeZone })}`);
  const { reviewsToday, streakDays, recalled, known, learning } = statistics;
  say("today", count(reviewsToday, "card"));
  say("streak", count(streakDays, "day"));
  say("recalled", recalled === null ? "–" : `${Math.round(recalled * 100)} %`);
  say("cards", `${known} · ${learning} · ${statistics.new}`);
  const most = Math.max(...statistics.forecast.map(({ due }) => due), 1);
  forecast.replaceChildren(...statistics.forecast.map((day, i) => bar(day, i, most)));
  section.hidden = known + learning + statistics.new === 0;
}

function say(name, text) {
  document.getElementById(`figure-${name}`).textContent = text;
}

function bar({ date, due }, i, most) {
  const made = template.content.cloneNode(true).firstElementChild;
  const day = new Date(`${date}T12:00:00`).toLocaleDateString("en", { weekday: "short" });
  made.querySelector(".forecast-count").textContent = due;
  made.querySelector(".forecast-bar").style.height = `${(due / most) * 4}rem`;
  made.querySelector(".forecast-day").textContent = i ? day : "Today";
  return made;
}
