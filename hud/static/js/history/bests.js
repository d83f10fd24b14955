// Personal bests: the most of a day and of a week, when it was, and what it beat.

const tag = new URL(import.meta.url).search;
const { h, icon, number } = await import(`../dom.js${tag}`);

const PERIODS = [["day", "Best day"], ["week", "Best week"]];

export function createBests({ assets }) {
  const list = h("ul", { class: "records" });
  const heads = h("p", { class: "best-heads", "aria-hidden": "true" }, ...PERIODS.map(([, label]) => h("span", {}, label)));
  const empty = h("p", { class: "empty" }, "No records yet. The first day of work sets them all.");
  const root = h("section", { class: "panel bests", "aria-labelledby": "rift-bests" }, h("h2", { class: "caption", id: "rift-bests" }, "Personal bests"), empty, heads, list);

  function best(label, period, found) {
    if (!found) return h("div", {}, h("dt", {}, label), h("dd", {}, "\u2013"));
    const before = found.before === null ? "the first" : `before: ${number(found.before)}`;
    const when = period === "week" ? `week of ${found.on}` : found.on;
    return h("div", { "data-period": period }, h("dt", {}, label), h("dd", {}, h("b", {}, number(found.value)), h("small", {}, when), h("small", {}, before)));
  }

  return {
    root,
    update(bests) {
      root.dataset.count = String(bests.length);
      list.replaceChildren(
        ...bests.map((row) =>
          h("li", { "data-metric": row.metric }, h("h3", {}, icon(assets, row.icon), row.label), h("dl", {}, ...PERIODS.map(([period, label]) => best(label, period, row[period])))),
        ),
      );
    },
  };
}
