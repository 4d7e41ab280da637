// Building elements without markup in strings: whatever people typed becomes text, never an element.

type Attribute = string | number | boolean | null | EventListener;
export type Child = Node | string | null;

/** `element("a", { href: "#main", class: "button" }, "Go on")`; `onclick` and the like listen; true is an empty attribute. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Return the element of a page with this id. */
export function named(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`there is no #${id} in this page`);
  return found;
}

/** Show one view in the page, with the focus on its heading, so that a screen reader begins there. */
export function show(view: HTMLElement): void {
  const heading = view.querySelector<HTMLElement>("h1, h2");
  heading?.setAttribute("tabindex", "-1");
  named("view").replaceChildren(view);
  heading?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

const SVG = "http://www.w3.org/2000/svg";

/** Return a drawing of one path in a square of `size` units. */
export function drawing(path: string, size: number, label: string | null = null): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  if (label === null) svg.setAttribute("aria-hidden", "true");
  else svg.setAttribute("role", "img");
  if (label !== null) svg.setAttribute("aria-label", label);
  const drawn = document.createElementNS(SVG, "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}
