/** Frames until what is left has been drawn, on a machine that is busy. */
const FRAMES = 20;

/** Puts the focus on an element where what had it is no longer there, or goes within the next frames. */
export function focusIfLost(id: string, frames = FRAMES): void {
  if (document.activeElement === document.body) document.getElementById(id)?.focus({ preventScroll: true });
  else if (frames > 1) requestAnimationFrame(() => focusIfLost(id, frames - 1));
}
