// What a proposal would do: who gains and loses in numbers, and each SDR before and after, in pages that can be searched.

const tag = new URL(import.meta.url).search;
const [{ calm, h, icon, number, plural, setText, signed }, { emblemUrl }] = await Promise.all([import(`../dom.js${tag}`), import(`../emblem.js${tag}`)]);

const TYPING_PAUSE = 200;
const COLUMNS = ["SDR", "Gold", "XP", "Level", "Rank this week", "Weeks"];

export function createOutcome({ assets, look }) {
  let timer = 0;
  let latest = null;
  let drawn = "";
  const title = h("h2", { class: "caption", id: "rift-outcome", tabindex: "-1" }, "What it would do");
  const about = h("p", { class: "about" });
  const tiles = h("dl", { class: "tiles" });
  const search = h("input", { type: "search", id: "rift-sdrs", placeholder: "Name, team or id", autocomplete: "off", spellcheck: "false", maxlength: "200" });
  search.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(() => look({ words: search.value, number: 0 }), TYPING_PAUSE);
  };
  const found = h("p", { class: "found", role: "status" });
  const rows = h("tbody", { role: "rowgroup" });
  const table = h(
    "table",
    { role: "table", "aria-labelledby": "rift-outcome" },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...COLUMNS.map((words) => h("th", { role: "columnheader", scope: "col" }, words)))),
    rows,
  );
  const turn = (by) => () => latest && look({ words: latest.words, number: latest.number + by });
  const back = h("button", { class: "key", type: "button", onclick: turn(-1) }, "Before");
  const next = h("button", { class: "key", type: "button", onclick: turn(1) }, "Next");
  const place = h("span");
  const root = h(
    "section",
    { class: "panel outcome", "aria-labelledby": "rift-outcome" },
    title,
    about,
    tiles,
    h("label", { class: "search", for: "rift-sdrs" }, icon(assets, "search"), h("span", { class: "quiet" }, "Search SDRs"), search),
    found,
    table,
    h("nav", { class: "turning", "aria-label": "Pages of SDRs" }, back, place, next),
  );
  root.hidden = true;

  function pair([before, after], words, field) {
    const difference = after - before;
    const cell = h("td", { role: "cell", "data-label": words, class: difference > 0 ? "more" : difference < 0 ? "less" : "same" }, h("span", { class: "before" }, number(before)));
    if (difference !== 0) cell.append(h("span", { class: "arrow", "aria-hidden": "true" }, "\u2192"), h("span", { class: "quiet" }, " becomes "), h("b", {}, number(after)));
    if (difference !== 0 && field !== "level") cell.append(h("small", {}, signed(difference)));
    return cell;
  }

  function rank(row) {
    const one = (place) => h("span", { class: "tier" }, h("img", { src: emblemUrl(assets, row.order[place]), alt: "", width: "28", height: "28" }), row.rank[place]);
    const moved = row.order[1] - row.order[0];
    const cell = h("td", { role: "cell", "data-label": "Rank this week", class: moved > 0 ? "more" : moved < 0 ? "less" : "same" }, one(0));
    if (moved !== 0) cell.append(h("span", { class: "arrow", "aria-hidden": "true" }, "\u2192"), h("span", { class: "quiet" }, " becomes "), one(1));
    return cell;
  }

  function weeks(row) {
    const cell = h("td", { role: "cell", "data-label": "Weeks" });
    if (row.weeks.length === 0) cell.append(h("span", { class: "before" }, "none changes"));
    else cell.append(h("details", {}, h("summary", {}, plural(row.weeks.length, "week", "weeks")), h("ul", {}, ...row.weeks.map(([date, before, after]) => h("li", {}, `${date}: ${before} \u2192 ${after}`)))));
    return cell;
  }

  function line(row) {
    const who = h("th", { role: "rowheader", scope: "row" }, h("strong", { dir: "auto" }, row.name), h("small", { dir: "auto" }, row.team));
    return h("tr", { role: "row", class: row.weeks.length ? "promoted" : "" }, who, pair(row.gold, "Gold", "gold"), pair(row.xp, "XP", "xp"), pair(row.level, "Level", "level"), rank(row), weeks(row));
  }

  const tile = (words, value, sign) => h("div", { "data-sign": String(Math.sign(sign) || 0) }, h("dt", {}, words), h("dd", {}, value));

  function draw(preview) {
    const { summary } = preview;
    setText(about, preview.is_dated ? `Exactly what saving this would change, seen in ${preview.weeks_asked === 1 ? "this week" : `the last ${preview.weeks_asked} weeks`}.` : `As if it had held in ${preview.weeks_asked === 1 ? "this week" : `the last ${preview.weeks_asked} weeks`}.`);
    tiles.replaceChildren(
      tile("gain", plural(summary.gaining, "SDR", "SDRs"), summary.gaining),
      tile("lose", plural(summary.losing, "SDR", "SDRs"), -summary.losing),
      tile("rank up / down", `${number(summary.ranks_up)} / ${number(summary.ranks_down)}`, summary.ranks_up - summary.ranks_down),
      tile("level up / down", `${number(summary.levels_up)} / ${number(summary.levels_down)}`, summary.levels_up - summary.levels_down),
      tile("gold in all", signed(summary.gold), summary.gold),
      tile("XP in all", signed(summary.xp), summary.xp),
    );
    setText(found, preview.count === 0 ? "Nobody is called that." : `${plural(preview.count, "SDR", "SDRs")}${preview.words ? " found" : ""}; whose rank changes comes first.`);
    rows.replaceChildren(...preview.rows.map(line));
    table.hidden = preview.count === 0;
    setText(place, `${number(preview.number + 1)} of ${number(preview.last + 1)}`);
    back.disabled = preview.number === 0;
    next.disabled = preview.number >= preview.last;
    back.parentElement.hidden = preview.last === 0;
  }

  return {
    root,
    update(preview, chosen) {
      latest = preview;
      root.hidden = !preview || preview.event_type !== chosen;
      const wanted = JSON.stringify(preview);
      if (!preview || wanted === drawn) return;
      drawn = wanted;
      if (root.getRootNode().activeElement !== search) search.value = preview.words;
      draw(preview);
    },
    // Where it stands below the form, it comes up to the top of the screen.
    arrive() {
      title.focus({ preventScroll: true });
      root.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
    },
    dispose: () => clearTimeout(timer),
  };
}
