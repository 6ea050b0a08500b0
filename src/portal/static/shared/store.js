// The state of an app: an object that is changed only by `set`. The parts that show it watch it.
// Values are never changed in place, so a new value is a new object.

/**
 * @template {object} State
 * @typedef {object} Store
 * @property {() => Readonly<State>} get
 * @property {(change: Partial<State>) => void} set
 * @property {<Part>(select: (state: Readonly<State>) => Part, listener: (part: Part, before: Part) => void) => () => void} watch
 *   Calls the listener when the selected part has changed. Returns a function that stops this.
 */

/**
 * @template {object} State
 * @param {State} initial
 * @returns {Store<State>}
 */
export function createStore(initial) {
  let state = initial;
  /** @type {Set<() => void>} */
  const checks = new Set();
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      for (const check of [...checks]) check();
    },
    watch(select, listener) {
      let part = select(state);
      const check = () => {
        const next = select(state);
        if (Object.is(next, part)) return;
        const before = part;
        part = next;
        listener(next, before);
      };
      checks.add(check);
      return () => checks.delete(check);
    },
  };
}
