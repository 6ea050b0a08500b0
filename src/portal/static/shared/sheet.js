// Sheets at the lower edge of a phone: a swipe down closes them.

/** Pixels before it is known what the finger does, and those after which a sheet closes. */
const DECIDED = 8;
const FAR = 96;
/** A quick swipe closes earlier, from this many pixels in a millisecond on. */
const QUICK = 0.5;
/** Where a finger does something else. */
const OWN = "input, select, textarea, [contenteditable], [role=slider], canvas, video, audio";

/** @param {HTMLElement} sheet @param {() => void} close may do nothing; then the sheet goes back */
export function followSwipe(sheet, close) {
  let from = { x: 0, y: 0, at: 0 };
  let state = /** @type {"none" | "pressed" | "moved"} */ ("none");
  let down = 0;
  const rest = () => {
    state = "none";
    sheet.style.removeProperty("translate");
  };
  sheet.addEventListener("touchstart", (event) => {
    const [finger] = event.touches;
    rest();
    if (!finger || event.touches.length > 1 || !(event.target instanceof Element) || event.target.closest(OWN) || isScrolled(event.target, sheet)) return;
    from = { x: finger.clientX, y: finger.clientY, at: event.timeStamp };
    state = "pressed";
  }, { passive: true });
  sheet.addEventListener("touchmove", (event) => {
    const [finger] = event.touches;
    if (!finger || state === "none") return;
    const [right, below] = [finger.clientX - from.x, finger.clientY - from.y];
    if (state === "pressed") {
      if (Math.hypot(right, below) < DECIDED) return;
      state = below > Math.abs(right) ? "moved" : "none";
      if (state === "none") return;
    }
    // The page behind would be scrolled otherwise.
    if (event.cancelable) event.preventDefault();
    down = Math.max(0, below);
    sheet.style.translate = `0 ${down}px`;
  }, { passive: false });
  sheet.addEventListener("touchend", (event) => {
    const isFar = down > FAR || down / Math.max(1, event.timeStamp - from.at) > QUICK;
    const isMoved = state === "moved";
    rest();
    if (isMoved && isFar) close();
  });
  sheet.addEventListener("touchcancel", rest);
}

/** Whether something around an element was scrolled, which a finger scrolls back first. @param {Element} element @param {Element} sheet */
function isScrolled(element, sheet) {
  for (let one = /** @type {Element | null} */ (element); one; one = one.parentElement) {
    if (one.scrollTop > 0) return true;
    if (one === sheet) break;
  }
  return false;
}
