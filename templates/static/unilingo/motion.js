// Movement on the page, and respect for those who want none.

export const wantsCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Scrolls only if part of the element is out of sight. */
export function reveal(element) {
  const { top, bottom } = element.getBoundingClientRect();
  if (top >= 0 && bottom <= innerHeight) return;
  element.scrollIntoView({ block: "start", behavior: wantsCalm() ? "auto" : "smooth" });
}
