// A recording of the microphone as a file, in whatever form this browser writes, and how loud it is meanwhile.

const AT_MOST_MS = 60_000;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/**
 * `on.state("recording" | "recorded" | "refused", seconds)` is called as that changes, and each second; `on.level(0…1)` while it
 * records. Returns `toggle` to start and stop, `stop` that resolves when the file is there, and `file`, null until then.
 */
export function makeRecorder(on) {
  let recorder = null;
  let file = null;
  let began = 0;
  let stopped = null;
  let isAsking = false; // the browser asks whether it may

  async function begin() {
    const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
    if (!stream || !globalThis.MediaRecorder) return on.state("refused", 0);
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const pieces = [];
    const quiet = listen(stream, on.level);
    recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    recorder.ondataavailable = (event) => pieces.push(event.data);
    stopped = new Promise((resolve) => {
      recorder.onstop = () => {
        quiet();
        for (const track of stream.getTracks()) track.stop();
        clearInterval(tick);
        file = new File(pieces, "recording", { type: recorder.mimeType });
        recorder = null;
        on.state("recorded", seconds());
        resolve();
      };
    });
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

  async function toggle() {
    if (recorder) return stop();
    if (isAsking) return;
    isAsking = true;
    await begin().finally(() => (isAsking = false));
  }

  async function stop() {
    recorder?.stop();
    await stopped;
  }

  return {
    stop,
    toggle,
    forget: () => (file = null),
    get file() {
      return file;
    },
  };
}

/** Tells how loud the stream is, some times a second, until the function that is returned is called. */
function listen(stream, tell) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    tell(Math.min(Math.sqrt(power) * 4, 1));
  }, 80);
  return () => {
    clearInterval(timer);
    context.close();
  };
}
