// The options of a list, and its state while it is shown. The files beside this one get it as
// `list`.

/**
 * @template Item
 * @typedef {object} ListState
 * @property {string} id
 * @property {(Item | undefined)[]} items an item that is not loaded is `undefined`
 * @property {Map<string, number>} places the position of each key
 * @property {number} count of all items, loaded or not
 * @property {Set<string>} selection
 * @property {number} active the position of the active item; -1 if there is none
 * @property {number} anchor the position at which a selected range begins
 * @property {boolean} isCards
 * @property {number} perLine items in a line
 * @property {string} pointer the kind of the last pointer: `mouse`, `touch`, `pen`
 * @property {boolean} isTouched
 * @property {string} typed the letters of a name that is being typed
 * @property {number} typedAt
 * @property {HTMLDivElement} body
 * @property {HTMLDivElement} scroller
 * @property {HTMLInputElement} selectAll
 * @property {Map<string, HTMLElement>} heads
 * @property {import("../virtual.js").Virtual} virtual
 * @property {number} lastWidth
 * @property {number} pressTimer
 * @property {{ x: number, y: number }} pressedAt
 * @property {boolean} wasLongPress
 * @property {boolean} isPressed a button or finger is still pressed that was pressed in the list
 * @property {Element | null} dropTarget the element under the dragged items
 * @property {ListOptions<Item>} options
 */

/**
 * @template Item
 * @typedef {object} Column
 * @property {string} id
 * @property {string} label
 * @property {string} width of the column, as the CSS grid takes it
 * @property {(item: Item) => import("../h.js").Child | import("../h.js").Child[]} cell
 * @property {boolean} [isSortable]
 * @property {boolean} [isWide] left out on phones
 * @property {boolean} [isNumber] aligned at the end
 * @property {boolean} [isLabelHidden] only screen readers get the heading
 */

/**
 * @template Item
 * @typedef {object} ListOptions
 * @property {string} label
 * @property {Column<Item>[]} columns
 * @property {(item: Item) => string} keyOf
 * @property {(item: Item) => string} nameOf the name for typed letters and for the selection mark
 * @property {(item: Item) => string} [labelOf] the text of a row for screen readers; without it, all of its text. Cards show little more
 * @property {(item: Item) => void} onOpen
 * @property {(item: Item) => import("../h.js").Child[]} [card] makes cards possible
 * @property {(a: Item, b: Item) => boolean} [isSame] whether two items look the same, so that a row can stay as it is
 * @property {boolean} [isPlain] nothing can be selected; a click opens
 * @property {(keys: ReadonlySet<string>) => void} [onSelect]
 * @property {(item: Item, place: { x: number, y: number } | Element) => void} [onMenu] the item is part of the selection by then
 * @property {(column: string) => void} [onSort]
 * @property {(item: Item | null) => void} [onFocus] called when another item becomes the active one
 * @property {(first: number, last: number) => void} [onRange] called with the range of items in the page
 * @property {(event: KeyboardEvent) => boolean} [onKey] may handle a key before the list does
 * @property {Dragging<Item>} [drag]
 */

/**
 * @template Item
 * @typedef {object} Dragging
 * @property {(items: Item[], event: DragEvent) => void} start
 * @property {(item: Item | null, event: DragEvent) => boolean} accepts whether something may be dropped onto the item; `null` stands for the list itself
 * @property {(item: Item | null, event: DragEvent) => void} drop
 */

export {};
