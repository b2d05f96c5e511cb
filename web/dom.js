// Elements described as plain objects, and a document that is changed to look like them: what stays the same keeps its
// focus, its text and its place.

const SVG = "http://www.w3.org/2000/svg";
const IN_SVG = new Set(["svg", "path", "circle", "rect", "line", "g", "text", "title", "polyline"]);

/** The props that an element was last given. @type {WeakMap<Node, Props>} */
const given = new WeakMap();

/**
 * An element. Props are attributes; `onclick` and the like are handlers; `key` marks it among its neighbours;
 * `created` gets the new node once.
 *
 * @param {string} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {Described}
 */
export const h = (tag, props = {}, ...children) => ({ tag, props, children });

/** Make the children of a node look like these. @param {Node} parent @param {Child[]} children */
export function render(parent, children) {
  const wanted = flat(children);
  const keys = new Set(wanted.map((child) => typeof child === "object" && child.props.key));
  /** @type {Map<any, Node>} */
  const byKey = new Map();
  for (const node of [...parent.childNodes]) {
    const key = given.get(node)?.key;
    if (key === undefined) continue;
    if (keys.has(key)) byKey.set(key, node);
    else parent.removeChild(node);
  }
  let next = parent.firstChild;
  for (const child of wanted) {
    let node =
      typeof child === "object" ? reusable(child, next, byKey) : next?.nodeType === Node.TEXT_NODE ? next : null;
    // A node that is moved loses its focus: rather remove what stood before it.
    while (node && next && next !== node && given.get(next)?.key === undefined) next = remove(next);
    if (node && node === next) next = next.nextSibling;
    else parent.insertBefore((node ??= make(child, parent)), next);
    if (typeof child === "object") update(/** @type {HTMLElement} */ (node), child);
    else if (node.nodeValue !== child) node.nodeValue = child;
  }
  while (next) next = remove(next);
}

/** Remove a node; gives the one after it. @param {ChildNode} node */
function remove(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** @param {Child[]} children @returns {(Described | string)[]} */
function flat(children) {
  const all = /** @type {any[]} */ (children.flat(Infinity));
  return all
    .filter((child) => child || child === 0)
    .map((child) => (typeof child === "object" ? child : String(child)));
}

/** @param {Described} child @param {Node | null} next @param {Map<any, Node>} byKey */
function reusable({ tag, props }, next, byKey) {
  const node = props.key === undefined ? next : (byKey.get(props.key) ?? null);
  if (!node || /** @type {any} */ (node).localName !== tag || given.get(node)?.key !== props.key) return null;
  return node;
}

/** @param {Described | string} child @param {Node} parent @returns {Node} */
function make(child, parent) {
  if (typeof child === "string") return document.createTextNode(child);
  const isSvg = IN_SVG.has(child.tag) && (child.tag !== "title" || parent.nodeName !== "HEAD");
  const node = isSvg ? document.createElementNS(SVG, child.tag) : document.createElement(child.tag);
  child.props.created?.(node);
  return node;
}

/** @param {HTMLElement} node @param {Described} child */
function update(node, { props, children }) {
  const before = given.get(node) ?? {};
  for (const name of Object.keys({ ...before, ...props })) {
    if (before[name] !== props[name]) set(node, name, props[name]);
  }
  given.set(node, props);
  render(node, children);
  // An option must be there before it can be chosen.
  if (node instanceof HTMLSelectElement && props.value !== before.value) node.value = props.value;
}

/** @param {any} node @param {string} name @param {any} value */
function set(node, name, value) {
  if (name === "key" || name === "created") return;
  if (name.startsWith("on") || name === "value" || name === "checked") node[name] = value ?? null;
  else if (value === undefined || value === null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}
