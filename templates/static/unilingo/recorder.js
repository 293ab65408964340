// A recording of the microphone as a file, in whatever form this browser writes.

const AT_MOST_MS = 60_000;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/**
 * `on.state("recording" | "recorded" | "refused", seconds)` is called as that changes, and each second.
 * Returns `toggle` to start and stop, and `file`, null until there is one.
 */
export function makeRecorder(on) {
  let recorder = null;
  let file = null;
  let began = 0;

  async function begin() {
    const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
    if (!stream || !globalThis.MediaRecorder) return on.state("refused", 0);
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const pieces = [];
    recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      clearInterval(tick);
      file = new File(pieces, "recording", { type: recorder.mimeType });
      recorder = null;
      on.state("recorded", seconds());
    };
    file = null;
    began = performance.now();
    recorder.start();
    const tick = setInterval(() => {
      on.state("recording", seconds());
      if (performance.now() - began >= AT_MOST_MS - 1000) recorder?.stop();
    }, 1000);
    on.state("recording", 0);
  }

  const seconds = () => Math.round((performance.now() - began) / 1000);

  return {
    toggle: () => (recorder ? recorder.stop() : begin()),
    forget: () => (file = null),
    get file() {
      return file;
    },
  };
}
