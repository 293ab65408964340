// How long something is, in one unit that people would say.

const UNITS = [[31_536_000, "year"], [2_592_000, "month"], [86_400, "day"], [3600, "hour"], [60, "minute"]];

export function span(milliseconds) {
  const seconds = Math.max(milliseconds / 1000, 60);
  const [size, unit] = UNITS.find(([size]) => seconds >= size * 0.95);
  const words = new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "long" });
  return words.format(Math.round(seconds / size));
}
