// What helps after a failure. Only what is wrong with what was handed in is mended by changing it.

const ADVICE = {
  UNUSABLE_INPUT: "You can change it and ask again.",
  CONTENT_REFUSED: "You can change the text and ask again.",
  CALL_TOO_LARGE: "A shorter text may work.",
  JOB_DEADLINE_EXCEEDED: "A shorter text may work.",
  NO_SPEECH: "Record it again, closer to the microphone.",
  ALLOWANCE_EXHAUSTED: "It begins anew next month; a shorter text may still fit.",
};

export function adviceOn({ code, retryable }) {
  return ADVICE[code] ?? (retryable ? "Nothing is wrong with your text. Try again in a while." : "");
}
