// Small charts as plain SVG. Each is named for those who cannot see it: its range, and the last value of each line.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 600;
const HEIGHT = 120;

/**
 * Lines over the points of time. `lines`: [{name, look, values}], a value null where nothing is known; `look` is a class
 * of the style sheet. `show` words a value.
 */
export function drawLines(figure, times, lines, show = String) {
  const top = ceiling(lines);
  const svg = canvas(label(lines, top, show));
  for (const { look, values } of lines) {
    const path = shape("path", { d: walk(values, top) });
    path.setAttribute("class", look);
    svg.append(path);
  }
  finish(figure, svg, times, lines, top, show);
}

/** Bars, one on top of the other, at each point of time. */
export function drawBars(figure, times, parts, show = String) {
  const sums = times.map((_, at) => parts.reduce((sum, part) => sum + (part.values[at] ?? 0), 0));
  const top = ceiling([{ values: sums }]);
  const svg = canvas(label(parts, top, show));
  const step = WIDTH / times.length;
  times.forEach((_, at) => {
    let y = HEIGHT;
    for (const { look, values } of parts) {
      const height = ((values[at] ?? 0) / top) * HEIGHT;
      if (!height) continue;
      y -= height;
      const bar = shape("rect", { x: at * step + 1, y, width: step - 2, height });
      bar.setAttribute("class", look);
      svg.append(bar);
    }
  });
  finish(figure, svg, times, parts, top, show);
}

/** With its axes, and at each point of time what it says there; a chart that is being pointed at stays. */
function finish(figure, svg, times, lines, top, show) {
  if (figure.matches(":hover")) return;
  const step = WIDTH / times.length;
  times.forEach((time, at) => {
    const point = shape("rect", { x: at * step, width: step, height: HEIGHT, class: "point" });
    const words = shape("title", {});
    words.textContent = [clock(time), ...lines.map(({ name, values }) => `${name} ${values[at] === null ? "-" : show(values[at])}`)].join("\n");
    point.append(words);
    svg.append(point);
  });
  const highest = document.createElement("span");
  highest.className = "axis-top";
  highest.textContent = show(top);
  figure.replaceChildren(highest, svg, caption(times, lines));
}

function canvas(words) {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
  svg.setAttribute("aria-label", words);
  for (const y of [1, HEIGHT / 2, HEIGHT - 1]) {
    const line = shape("line", { x1: 0, x2: WIDTH, y1: y, y2: y });
    line.setAttribute("class", "grid");
    svg.append(line);
  }
  return svg;
}

function walk(values, top) {
  const step = WIDTH / Math.max(values.length - 1, 1);
  let isDrawing = false;
  return values
    .map((value, at) => {
      if (value === null) {
        isDrawing = false;
        return "";
      }
      const isAlone = !isDrawing && (values[at + 1] ?? null) === null;
      const move = `${isDrawing ? "L" : "M"}${(at * step).toFixed(1)} ${y(value, top)}`;
      isDrawing = true;
      return isAlone ? `${move}h2` : move;
    })
    .join("");
}

const y = (value, top) => (HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1);

/** The round number above all values that the chart reaches up to. */
function ceiling(lines) {
  const most = Math.max(0, ...lines.flatMap((line) => line.values).filter((value) => value !== null));
  if (most <= 1) return 1;
  const scale = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((n) => n * scale).find((bound) => bound >= most);
}

function label(lines, top, show) {
  const last = lines.map(({ name, values }) => `${name} ${show(values.at(-1) ?? 0)}`);
  return `The last hour, up to ${show(top)}. Now: ${last.join(", ")}.`;
}

function caption(times, lines) {
  const made = document.createElement("figcaption");
  const names = document.createElement("span");
  for (const { name, look } of lines) {
    const entry = document.createElement("span");
    entry.className = "legend";
    const mark = shape("svg", { viewBox: "0 0 24 8" });
    mark.setAttribute("aria-hidden", "true");
    const stroke = shape("path", { d: "M0 4h24" });
    stroke.setAttribute("class", look);
    mark.append(stroke);
    entry.append(mark, name);
    names.append(entry);
  }
  const [from, to] = [times[0], times.at(-1)].map((time) => Object.assign(document.createElement("span"), { textContent: clock(time) }));
  made.append(from, names, to);
  return made;
}

export const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
