// What helps after a failure. Only what is wrong with what was handed in is mended by changing it.

const ADVICE = {
  UNUSABLE_INPUT: "You can change it and ask again.",
  CONTENT_REFUSED: "You can change the text and ask again.",
  CALL_TOO_LARGE: "A shorter text may work.",
  JOB_DEADLINE_EXCEEDED: "A shorter text may work.",
  NO_SPEECH: "Record it again, closer to the microphone.",
  ALLOWANCE_EXHAUSTED: "It begins anew next month; a shorter text may still fit.",
};

const OURS = ["PROVIDER_UNAVAILABLE", "PROVIDER_REFUSED", "PRICE_UNKNOWN", "INTERNAL_ERROR"];

export function adviceOn({ code, retryable }) {
  const isOurs = retryable || OURS.includes(code);
  const help = retryable ? "Try again in a while." : "Whoever runs this server has to see to it.";
  return ADVICE[code] ?? (isOurs ? `Nothing is wrong with what you handed in. ${help}` : "");
}
