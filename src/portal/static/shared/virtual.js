// A long list of which only the visible lines are in the page. All lines have the same height.

/** Lines kept beyond each edge, so that scrolling meets none that is missing. */
const BEYOND = 8;

/**
 * @typedef {object} Virtual
 * @property {(count: number, isKept?: (index: number) => boolean) => void} setCount makes the visible lines anew, but for
 *   those that are kept as they are
 * @property {(pixels: number) => void} setLineHeight
 * @property {() => void} refresh makes all visible lines anew
 * @property {(index: number) => void} refreshLine makes one visible line anew
 * @property {(index: number) => void} reveal scrolls as little as needed to show a line
 * @property {() => number} linesPerPage
 * @property {() => { first: number, last: number }} range the lines in the page
 * @property {() => void} stop
 */

/**
 * @param {{ scroller: HTMLElement, body: HTMLElement, lineHeight: number, render: (index: number) => HTMLElement,
 *   covered?: () => number, onRange?: (first: number, last: number) => void }} options
 *   `body` stands in the scroller and gets the lines; `covered`: pixels of a header that stays above it
 * @returns {Virtual}
 */
export function createVirtual(options) {
  const { scroller, body } = options;
  let { lineHeight } = options;
  let count = 0;
  let first = 0;
  let last = -1;
  let frame = 0;
  /** @type {Map<number, HTMLElement>} */
  const lines = new Map();

  const covered = () => options.covered?.() ?? 0;

  /** @param {number} index */
  const make = (index) => {
    const element = options.render(index);
    element.style.top = `${index * lineHeight}px`;
    element.style.height = `${lineHeight}px`;
    lines.set(index, element);
    return element;
  };

  const drop = (/** @type {number} */ index) => {
    lines.get(index)?.remove();
    lines.delete(index);
  };

  const update = () => {
    frame = 0;
    const height = scroller.clientHeight;
    // Above the body there may be more than the header that stays.
    const above = Math.max(0, scroller.scrollTop - (body.offsetTop - covered()));
    const from = Math.max(0, Math.floor(above / lineHeight) - BEYOND);
    const to = Math.min(count - 1, Math.ceil((above + height) / lineHeight) + BEYOND);
    if (from === first && to === last) return;
    for (const index of [...lines.keys()]) if (index < from || index > to) drop(index);
    first = from;
    last = to;
    /** @type {HTMLElement | null} */
    let next = null;
    // From the last to the first, so that each finds the one it stands before: the order is the reading order.
    for (let index = to; index >= from; index -= 1) {
      const present = lines.get(index);
      const line = present ?? make(index);
      if (!present) body.insertBefore(line, next);
      next = line;
    }
    options.onRange?.(first, last);
  };

  const schedule = () => {
    if (!frame) frame = requestAnimationFrame(update);
  };

  const clear = () => {
    for (const index of [...lines.keys()]) drop(index);
    first = 0;
    last = -1;
  };

  scroller.addEventListener("scroll", update, { passive: true });
  const observer = new ResizeObserver(schedule);
  observer.observe(scroller);

  return {
    setCount(next, isKept) {
      count = next;
      body.style.height = `${count * lineHeight}px`;
      for (const index of [...lines.keys()]) if (index >= count || !isKept?.(index)) drop(index);
      first = 0;
      last = -1;
      update();
    },
    setLineHeight(pixels) {
      if (pixels === lineHeight) return;
      // What was at the top stays there.
      const top = scroller.scrollTop / lineHeight;
      lineHeight = pixels;
      body.style.height = `${count * lineHeight}px`;
      clear();
      scroller.scrollTop = top * lineHeight;
      update();
    },
    refresh() {
      clear();
      update();
    },
    refreshLine(index) {
      const line = lines.get(index);
      if (line) line.replaceWith(make(index));
    },
    reveal(index) {
      const top = index * lineHeight + body.offsetTop - covered();
      const room = scroller.clientHeight - covered();
      if (top < scroller.scrollTop) scroller.scrollTop = top;
      else if (top + lineHeight > scroller.scrollTop + room) scroller.scrollTop = top + lineHeight - room;
      update();
    },
    linesPerPage: () => Math.max(1, Math.floor((scroller.clientHeight - covered()) / lineHeight)),
    range: () => ({ first, last }),
    stop() {
      observer.disconnect();
      cancelAnimationFrame(frame);
    },
  };
}
