// A chart's data as a table, the newest row first. Every cell is text.

const tag = new URL(import.meta.url).search;
const { h } = await import(`../dom.js${tag}`);

export function fill(table, { caption, columns, rows }) {
  const heads = columns.map((column) => h("th", { scope: "col", dir: "auto" }, column));
  const lines = rows.map(([name, ...cells]) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, name), ...cells.map((cell) => h("td", { dir: "auto" }, cell))));
  table.replaceChildren(h("caption", { class: "quiet" }, caption), h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...lines.reverse()));
}
