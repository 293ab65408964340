// Hear a text from the browser's own voice, in the language that is asked for.

const STOPPED = ["canceled", "interrupted"];

/** `wanted()` returns the text and the language (a code or a name). The button is hidden where the browser has no voice. */
export function startVoice(button, wanted) {
  const voices = globalThis.speechSynthesis;
  if (!voices) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const isSpeaking = button.getAttribute("aria-pressed") === "true";
    voices.cancel();
    if (isSpeaking) return show(false);
    const { text, language } = wanted();
    if (!text.trim()) return;
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.lang = codeOf(language);
    spoken.voice = voices.getVoices().find(({ lang }) => lang.replace("_", "-").startsWith(spoken.lang)) ?? null;
    spoken.onend = () => show(false);
    spoken.onerror = ({ error }) => {
      show(false);
      if (!STOPPED.includes(error)) button.textContent = "This browser has no voice for it";
    };
    show(true);
    voices.speak(spoken);
  });

  function show(isSpeaking) {
    button.setAttribute("aria-pressed", String(isSpeaking));
    button.textContent = isSpeaking ? "Stop" : "Hear it";
  }
}

/** The code of a language by its English name; a code is one already. */
function codeOf(language) {
  const name = language.trim().toLowerCase();
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  const letters = "abcdefghijklmnopqrstuvwxyz";
  for (const first of letters) {
    for (const second of letters) {
      if (names.of(first + second)?.toLowerCase() === name) return first + second;
    }
  }
  return language.trim();
}
