// What a list is given, and what it knows while it is shown. Its parts beside this file get it as `list`.

/**
 * @template Item
 * @typedef {object} ListState
 * @property {string} id
 * @property {(Item | undefined)[]} items what is not loaded yet is a hole
 * @property {Map<string, number>} places where each key is
 * @property {number} count of all items, loaded or not
 * @property {Set<string>} selection
 * @property {number} active the place of the active item; -1: none
 * @property {number} anchor where a selected range begins
 * @property {boolean} isCards
 * @property {number} perLine items in a line
 * @property {string} pointer the kind of the last one: `mouse`, `touch`, `pen`
 * @property {boolean} isTouched
 * @property {string} typed letters that look for a name
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
 * @property {boolean} isPressed a button or finger that went down in the list has not come up yet.
 * @property {Element | null} dropTarget what is dragged is over it
 * @property {ListOptions<Item>} options
 */

/**
 * @template Item
 * @typedef {object} Column
 * @property {string} id
 * @property {string} label
 * @property {string} width of the CSS grid
 * @property {(item: Item) => import("../h.js").Child | import("../h.js").Child[]} cell
 * @property {boolean} [isSortable]
 * @property {boolean} [isWide] left out on phones
 * @property {boolean} [isNumber] aligned at the end
 * @property {boolean} [isLabelHidden] the header is only heard
 */

/**
 * @template Item
 * @typedef {object} ListOptions
 * @property {string} label
 * @property {Column<Item>[]} columns
 * @property {(item: Item) => string} keyOf
 * @property {(item: Item) => string} nameOf what typed letters find, and what the selection mark is called
 * @property {(item: Item) => string} [labelOf] what is heard of a row; without it, all that stands in it. Cards show little more than that
 * @property {(item: Item) => void} onOpen
 * @property {(item: Item) => import("../h.js").Child[]} [card] makes cards possible
 * @property {(a: Item, b: Item) => boolean} [isSame] whether two items look the same, so that a row can stay as it is
 * @property {boolean} [isPlain] nothing can be selected; a click opens
 * @property {(keys: ReadonlySet<string>) => void} [onSelect]
 * @property {(item: Item, place: { x: number, y: number } | Element) => void} [onMenu] the item is part of the selection by then
 * @property {(column: string) => void} [onSort]
 * @property {(item: Item | null) => void} [onFocus] another item is the active one
 * @property {(first: number, last: number) => void} [onRange] the items in the page
 * @property {(event: KeyboardEvent) => boolean} [onKey] takes a key before the list does
 * @property {Dragging<Item>} [drag]
 */

/**
 * @template Item
 * @typedef {object} Dragging
 * @property {(items: Item[], event: DragEvent) => void} start
 * @property {(item: Item | null, event: DragEvent) => boolean} accepts whether it may be dropped there; `null`: beside all items
 * @property {(item: Item | null, event: DragEvent) => void} drop
 */

export {};
