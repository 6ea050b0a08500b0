// A long list of which only the visible lines are in the page. All lines have the same height.

/** The number of lines beyond each edge, so that scrolling shows no gaps. */
const BEYOND = 8;

/**
 * @typedef {object} VirtualState
 * @property {HTMLElement} scroller
 * @property {HTMLElement} body
 * @property {number} lineHeight
 * @property {number} count
 * @property {number} first
 * @property {number} last
 * @property {number} frame
 * @property {Map<number, HTMLElement>} lines
 * @property {{ scroller: HTMLElement, body: HTMLElement, lineHeight: number, render: (index: number) => HTMLElement,
 *   covered?: () => number, onRange?: (first: number, last: number) => void }} options
 */

/**
 * @typedef {object} Virtual
 * @property {(count: number, isKept?: (index: number) => boolean) => void} setCount draws the visible lines again, except
 *   those that are kept
 * @property {(pixels: number) => void} setLineHeight
 * @property {() => void} refresh draws all visible lines again
 * @property {(index: number) => void} refreshLine draws one visible line again
 * @property {(index: number) => void} reveal scrolls as little as needed to show a line
 * @property {() => number} linesPerPage
 * @property {() => { first: number, last: number }} range the lines in the page
 * @property {() => void} stop
 */

/**
 * @param {{ scroller: HTMLElement, body: HTMLElement, lineHeight: number, render: (index: number) => HTMLElement,
 *   covered?: () => number, onRange?: (first: number, last: number) => void }} options
 *   `body`, in the scroller, contains the lines; `covered`: the height in pixels of a header that stays above it
 * @returns {Virtual}
 */
export function createVirtual(options) {
  const { scroller, body } = options;
  let { lineHeight } = options;
  /** @type {Map<number, HTMLElement>} */
  const lines = new Map();
  /** @type {VirtualState} */
  const view = { scroller, body, lineHeight, count: 0, first: 0, last: -1, frame: 0, lines, options };
  scroller.addEventListener("scroll", () => update(view), { passive: true });
  const observer = new ResizeObserver(() => schedule(view));
  observer.observe(scroller);
  return {
    setCount: (next, isKept) => setCount(view, next, isKept),
    setLineHeight: (pixels) => setLineHeight(view, pixels),
    refresh() {
      clearLines(view);
      update(view);
    },
    refreshLine(index) {
      const line = lines.get(index);
      if (line) line.replaceWith(makeLine(view, index));
    },
    reveal: (index) => reveal(view, index),
    linesPerPage: () => Math.max(1, Math.floor((scroller.clientHeight - covered(view)) / lineHeight)),
    range: () => ({ first: view.first, last: view.last }),
    stop() {
      observer.disconnect();
      cancelAnimationFrame(view.frame);
    },
  };
}

/** @param {VirtualState} view @param {number} index */
function makeLine(view, index) {
  const element = view.options.render(index);
  element.style.top = `${index * view.lineHeight}px`;
  element.style.height = `${view.lineHeight}px`;
  view.lines.set(index, element);
  return element;
}

/** @param {VirtualState} view @param {number} index */
function dropLine(view, index) {
  view.lines.get(index)?.remove();
  view.lines.delete(index);
}

/** @param {VirtualState} view */
function update(view) {
  view.frame = 0;
  const height = view.scroller.clientHeight;
  // There may be more above the body than the header that stays.
  const above = Math.max(0, view.scroller.scrollTop - (view.body.offsetTop - covered(view)));
  const from = Math.max(0, Math.floor(above / view.lineHeight) - BEYOND);
  const to = Math.min(view.count - 1, Math.ceil((above + height) / view.lineHeight) + BEYOND);
  if (from === view.first && to === view.last) return;
  for (const index of [...view.lines.keys()]) if (index < from || index > to) dropLine(view, index);
  view.first = from;
  view.last = to;
  /** @type {HTMLElement | null} */
  let next = null;
  // The order is from the last to the first, so that each line finds the one before which it
  // belongs. The order in the page is the reading order.
  for (let index = to; index >= from; index -= 1) {
    const present = view.lines.get(index);
    const line = present ?? makeLine(view, index);
    if (!present) view.body.insertBefore(line, next);
    next = line;
  }
  view.options.onRange?.(view.first, view.last);
}

/** @param {VirtualState} view */
function schedule(view) {
  if (!view.frame) view.frame = requestAnimationFrame(() => update(view));
}

/** @param {VirtualState} view */
function clearLines(view) {
  for (const index of [...view.lines.keys()]) dropLine(view, index);
  view.first = 0;
  view.last = -1;
}

/** @param {VirtualState} view @param {number} next @param {(index: number) => boolean} [isKept] */
function setCount(view, next, isKept) {
  view.count = next;
  view.body.style.height = `${view.count * view.lineHeight}px`;
  for (const index of [...view.lines.keys()]) if (index >= view.count || !isKept?.(index)) dropLine(view, index);
  view.first = 0;
  view.last = -1;
  update(view);
}

/** @param {VirtualState} view @param {number} pixels */
function setLineHeight(view, pixels) {
  if (pixels === view.lineHeight) return;
  // The line at the top stays where it is.
  const top = view.scroller.scrollTop / view.lineHeight;
  view.lineHeight = pixels;
  view.body.style.height = `${view.count * view.lineHeight}px`;
  clearLines(view);
  view.scroller.scrollTop = top * view.lineHeight;
  update(view);
}

/** @param {VirtualState} view @param {number} index */
function reveal(view, index) {
  const top = index * view.lineHeight + view.body.offsetTop - covered(view);
  const room = view.scroller.clientHeight - covered(view);
  if (top < view.scroller.scrollTop) view.scroller.scrollTop = top;
  else if (top + view.lineHeight > view.scroller.scrollTop + room) view.scroller.scrollTop = top + view.lineHeight - room;
  update(view);
}

/** @param {VirtualState} view */
function covered(view) {
  return view.options.covered?.() ?? 0;
}
