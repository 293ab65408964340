// A lesson as a text file that any program opens.

import { download } from "./api.js";

export function saveAsText(lesson) {
  const blob = new Blob([textOf(lesson)], { type: "text/markdown" });
  const name = `${lesson.title.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 80) || "lesson"}.md`;
  download(blob, name);
}

function textOf({ title, vocabulary, conversation, exercises }) {
  const parts = [`# ${title}`, "## Vocabulary", ...vocabulary.map(entry)];
  if (conversation.length) parts.push("## Conversation", ...conversation.map(({ speaker, message }) => `**${speaker === "User" ? "You" : speaker}:** ${message}`));
  if (exercises.length) {
    parts.push("## Exercises", ...exercises.map((one, i) => `${i + 1}. ${task(one)}`));
    parts.push("## Answers", ...exercises.map((one, i) => `${i + 1}. ${solution(one)}`));
  }
  return `${parts.join("\n\n")}\n`;
}

function entry({ keyword, translation, definition, exampleTarget, exampleNative }) {
  const lines = [`**${keyword}**${translation ? ` – ${translation}` : ""}`, definition, exampleTarget, exampleNative];
  return lines.filter(Boolean).join("\n");
}

function task({ type, sentence, choices = [], words = [], meanings = [], pairs = [] }) {
  if (type === "cloze") return `${sentence} (${choices.join(", ")})`;
  if (type === "ordering") return `Put in order: ${words.join(" / ")}`;
  return `Match: ${pairs.map((pair) => pair.keyword).join(", ")} with: ${meanings.join("; ")}`;
}

function solution({ type, answer, pairs = [] }) {
  return type === "matching" ? pairs.map((pair) => `${pair.keyword}: ${pair.meaning}`).join("; ") : answer;
}
