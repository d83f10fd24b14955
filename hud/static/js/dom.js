// Small DOM helpers. Children that are strings become text nodes, so no value is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (attribute === "onclick" || attribute === "oninput") element[attribute] = value;
    else if (value !== null && value !== undefined) element.setAttribute(attribute, value);
  }
  element.append(...children);
  return element;
}

export function icon(assets, name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${assets("icons.svg")}#${name}`);
  svg.append(use);
  return svg;
}

// Touching an unchanged node would make screen readers speak and selections vanish.
export function setText(node, value) {
  const text = String(value ?? "");
  if (node.textContent !== text) node.textContent = text;
}

export const number = (value) => Number(value ?? 0).toLocaleString("en-US");
export const decimal = (value) => Number(value ?? 0).toLocaleString("en-US", { maximumFractionDigits: 2 });
export const signed = (value) => (value > 0 ? "+" : value < 0 ? "\u2212" : "") + number(Math.abs(value));
export const plural = (count, one, many) => `${number(count)} ${Number(count) === 1 ? one : many}`;

export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h`;
  return plural(Math.floor(whole / 86400), "day", "days");
}

export const ago = (seconds) => (seconds < 5 ? "just now" : `${span(seconds)} ago`);

// A click that wants nothing special, such as another tab.
export const isPlain = (click) => !(click.ctrlKey || click.metaKey || click.shiftKey);

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
