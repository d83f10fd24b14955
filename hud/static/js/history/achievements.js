// Achievements: what is near comes first, with how far it is; what is earned is lit, with its day.

const tag = new URL(import.meta.url).search;
const [{ h, icon, number, setText }, { signOf }] = await Promise.all([import(`../dom.js${tag}`), import(`../signs.js${tag}`)]);

const UNITS = { xp: "XP", gold: "gold", streak: "days", weekly_rank: "points", team_win: "wins", personal_best: "steps" };
const KINDS = new Set(["xp", "gold", "streak", "personal_best", "weekly_rank", "team_win"]);

export function createAchievements({ assets }) {
  const list = h("ul", { class: "badges" });
  const total = h("span", { class: "ratio" });
  const empty = h("p", { class: "empty" }, "The catalogue of achievements is empty.");
  const root = h("section", { class: "panel achievements", "aria-labelledby": "rift-achievements" }, h("div", { class: "head" }, h("h2", { class: "caption", id: "rift-achievements" }, "Achievements"), total), empty, list);

  function card(row) {
    const sign = signOf(row.event_type, `feat_${KINDS.has(row.kind) ? row.kind : "count"}`);
    const unit = UNITS[row.kind] ? ` ${UNITS[row.kind]}` : "";
    const reached = Math.min(row.value, row.threshold);
    const words = row.is_earned ? `Earned ${row.on ?? ""}`.trim() : `${number(reached)} / ${number(row.threshold)}${unit}`;
    const bar = h("span", { class: "bar-of", role: "progressbar", "aria-label": row.title, "aria-valuemin": "0", "aria-valuemax": String(row.threshold), "aria-valuenow": String(reached), "aria-valuetext": `${number(reached)} of ${number(row.threshold)}${unit}` });
    bar.style.setProperty("--ratio", String(Math.max(0, Math.min(1, row.ratio))));
    return h(
      "li",
      { class: row.is_earned ? "earned" : "ahead", "data-achievement": row.achievement_id },
      h("span", { class: "medal" }, icon(assets, sign)),
      h("div", { class: "deed" }, h("h3", { dir: "auto" }, row.title), h("p", { dir: "auto" }, row.description ?? ""), ...(row.is_earned ? [] : [bar]), h("p", { class: "far" }, words)),
    );
  }

  return {
    root,
    update(rows) {
      root.dataset.count = String(rows.length);
      setText(total, rows.length ? `${rows.filter((row) => row.is_earned).length} of ${rows.length} earned` : "");
      list.replaceChildren(...rows.map(card));
    },
  };
}
