// Elements from data: the one way in which the portals make them. Texts become text nodes, so a file name that looks
// like HTML stays a file name. Nothing here or elsewhere parses HTML.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * What an element gets. `class`, `text`, `data` (data attributes), `style` (custom properties and the few measures that
 * depend on data) and `on` (listeners) are special; what the element has as a writable property is set as one
 * (`value`, `disabled`, `hidden`, ...); everything else becomes an attribute, and `false`, `null` and `undefined` none.
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
 * Sets what `h` would set.
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
 * Adds children; what is empty is left out.
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
 * Puts new children in place of all that an element holds.
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
 * An icon of the sprite. Without a label it is decoration, and what it stands in has a text.
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
 * A button. With `icon` and `label` only, the label is for screen readers and the tooltip.
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

/**
 * Adds the style sheet of a part that comes later, once.
 * @param {URL} url
 */
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
