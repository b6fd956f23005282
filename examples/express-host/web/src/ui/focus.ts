/** Puts the focus on an element where what had it is no longer there. */
export function focusIfLost(id: string): void {
  if (document.activeElement === document.body) document.getElementById(id)?.focus({ preventScroll: true });
}
