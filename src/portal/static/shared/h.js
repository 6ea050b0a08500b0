// Makes all elements of the portals from data. Texts become text nodes, so a file name that looks
// like HTML stays a file name. No code of the portals parses HTML.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * The properties of an element. `class`, `text`, `data` (data attributes), `style` (custom
 * properties and the few measures that depend on data) and `on` (listeners) are special. A writable
 * property of the element is set as one (`value`, `disabled`, `hidden`, ...). All others become
 * attributes, except those that are `false`, `null` or `undefined`.
 * @typedef {Record<string, any>} Props
 */

const SVG = "http://www.w3.org/2000/svg";
const SPRITE = new URL("icons.svg", import.meta.url).href;
/** Properties that are set as such; all others are attributes. */
const PROPERTIES = new Set([
  "value", "checked", "disabled", "hidden", "indeterminate", "readOnly", "required", "selected", "multiple",
  "tabIndex", "open", "htmlFor", "draggable", "spellcheck", "autofocus", "muted", "controls", "inert", "textContent",
]);

/**
 * Makes an element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  if (props) set(element, props);
  add(element, children);
  return element;
}

/**
 * Sets properties as `h` does.
 * @param {HTMLElement | SVGElement} element
 * @param {Props} props
 */
export function set(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "data") {
      for (const [key, text] of Object.entries(value)) element.dataset[key] = String(text);
    } else if (name === "style") {
      for (const [key, text] of Object.entries(value)) element.style.setProperty(key, String(text));
    } else if (name === "class") {
      element.setAttribute("class", Array.isArray(value) ? value.filter(Boolean).join(" ") : value);
    } else if (name === "text") {
      element.textContent = String(value);
    } else if (PROPERTIES.has(name)) {
      /** @type {any} */ (element)[name] = value ?? "";
    } else if (value === false || value === null || value === undefined) {
      element.removeAttribute(name);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

/**
 * Adds children. Empty ones are left out.
 * @param {Node} parent
 * @param {(Child | Child[])[]} children
 */
export function add(parent, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(parent, child);
    else if (child instanceof Node) parent.appendChild(child);
    else if (child !== null && child !== undefined && child !== false) {
      parent.appendChild(document.createTextNode(String(child)));
    }
  }
}

/**
 * Replaces all children of an element.
 * @template {Element} E
 * @param {E} parent
 * @param {...(Child | Child[])} children
 * @returns {E}
 */
export function fill(parent, ...children) {
  const fragment = document.createDocumentFragment();
  add(fragment, children);
  parent.replaceChildren(fragment);
  return parent;
}

/**
 * An icon. Without a label it is only decoration, and a text stands beside it.
 * @param {string} name
 * @param {{ class?: string, label?: string }} [options]
 * @returns {SVGSVGElement}
 */
export function icon(name, options = {}) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${options.class ?? ""}`.trim());
  svg.setAttribute("viewBox", "0 0 24 24");
  if (options.label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", options.label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.appendChild(use);
  return svg;
}

/**
 * A button. If it has only `icon` and `label`, screen readers and the tooltip use the label.
 * @param {{ text?: string, icon?: string, label?: string, kind?: "plain" | "primary" | "danger" | "quiet",
 *   class?: string, onclick?: (event: MouseEvent) => void, props?: Props }} options
 * @returns {HTMLButtonElement}
 */
export function button(options) {
  const isBare = !options.text;
  const classes = ["button", options.kind ?? "plain", isBare && "bare", options.class];
  const element = h("button", { type: "button", class: classes }, options.icon ? icon(options.icon) : null);
  if (options.text) element.appendChild(h("span", { class: "button-text", text: options.text }));
  if (options.label) {
    element.setAttribute("aria-label", options.label);
    if (isBare) element.title = options.label;
  }
  if (options.onclick) element.addEventListener("click", options.onclick);
  if (options.props) set(element, options.props);
  return element;
}

/** Adds a style sheet of a part that is loaded later. Each is added only once. @param {URL} url */
export function addStyle(url) {
  const present = [...document.head.querySelectorAll("link[rel=stylesheet]")];
  if (!present.some((link) => /** @type {HTMLLinkElement} */ (link).href === url.href)) {
    document.head.append(h("link", { rel: "stylesheet", href: url.href }));
  }
}

let lastId = 0;

/**
 * An id that no other element has.
 * @param {string} prefix
 */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
