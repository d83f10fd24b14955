// Duels: two sides face each other, a bar between them leans to whoever is ahead. The reader's own come first.

const tag = new URL(import.meta.url).search;
const [{ decimal, h, icon, number, plural, setText }, { createFigure }, { createKeyed }, { day }] = await Promise.all(
  ["dom", "arena/figure", "arena/keyed", "arena/words"].map((name) => import(`../${name}.js${tag}`)),
);

const UNITS = { gold: "Gold", xp: "XP", rank_points: "Rank points" };
const SIDES = ["challenger", "opponent"];

export function createDuels({ assets }) {
  const note = h("span", { class: "ratio" });
  const empty = h(
    "div",
    { class: "nothing" },
    icon(assets, "page_arena", "crossed"),
    h("p", {}, "No duel yet. Throw down the gauntlet: two SDRs or two teams, one figure, two dates."),
    h("p", { class: "how" }, "For whoever runs Rift: a row of dbt_project/seeds/duels.csv makes one; then run dbt build. docs/hud.md, Arena, shows how."),
  );
  const list = h("ol", { class: "duel-list" });
  const scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Duels, your own first" }, list);
  const root = h(
    "section",
    { class: "panel duels", "aria-labelledby": "rift-duels" },
    h("h2", { class: "caption", id: "rift-duels" }, "Duels", note),
    empty,
    scroll,
  );

  function createSide(which) {
    const name = h("span", { class: "side-name", dir: "auto" });
    const you = h("span", { class: "you" });
    const score = h("span", { class: "side-score" });
    const detail = h("span", { class: "side-detail" });
    const figure = createFigure(score);
    const crown = icon(assets, "crown", "crown");
    const element = h("div", { class: `side ${which}` }, h("span", { class: "side-head" }, crown, name, you), score, detail);
    return {
      element,
      update(duel) {
        const isTeam = duel.subject_type === "team";
        const side = duel[which];
        setText(name, side.name);
        name.title = side.name;
        element.classList.toggle("own", side.is_own);
        you.hidden = !side.is_own;
        setText(you, isTeam ? "Yours" : "You");
        element.dataset.leads = String(duel.leader === which);
        figure.set(duel[`${which}_score`]);
        setText(detail, isTeam ? `${decimal(duel[`${which}_score_per_head`])} per head of ${number(duel[`${which}_headcount`])}` : "");
      },
      dispose: figure.dispose,
    };
  }

  function create() {
    const title = h("h3", { class: "duel-title", dir: "auto" });
    const metric = h("span", { class: "duel-metric" });
    const sides = SIDES.map(createSide);
    const lean = h("span", { class: "lean" });
    const winner = h("bdi", { class: "duel-winner" });
    const verdict = h("span");
    const standing = h("p", { class: "duel-standing" }, winner, verdict);
    const time = h("p", { class: "duel-time" });
    const element = h(
      "li",
      { class: "duel" },
      h("div", { class: "duel-head" }, title, metric),
      h("div", { class: "versus" }, sides[0].element, h("span", { class: "vs", "aria-hidden": "true" }, "VS"), h("span", { class: "quiet" }, "against"), sides[1].element),
      h("div", { class: "tug", "aria-hidden": "true" }, lean),
      h("div", { class: "duel-foot" }, standing, time),
    );
    return {
      element,
      update(duel) {
        element.dataset.duel = duel.duel_id;
        element.dataset.status = duel.status;
        element.classList.toggle("own", duel.is_own);
        setText(title, duel.title);
        title.title = duel.title;
        setText(metric, UNITS[duel.metric] ?? duel.event_label ?? duel.metric);
        for (const side of sides) side.update(duel);
        const [one, two] = SIDES.map((which) => duel[`${which}_score_per_head`]);
        lean.style.transform = `scaleX(${one + two > 0 ? one / (one + two) : 0.5})`;
        const [who, does] = standingOf(duel);
        setText(winner, who);
        setText(verdict, does);
        setText(time, timeOf(duel));
      },
      dispose: () => sides.forEach((side) => side.dispose()),
    };
  }

  const rows = createKeyed(list, { keyOf: (duel) => duel.duel_id, create });
  return {
    root,
    update({ duels, duel_count: count }) {
      root.dataset.count = String(duels.length);
      setText(note, count > duels.length ? `${duels.length} of ${number(count)}` : count ? number(count) : "");
      rows.update(duels);
    },
    dispose: rows.dispose,
  };
}

// Who, and what of them.
function standingOf(duel) {
  const isOver = duel.status === "over";
  if (duel.status === "upcoming") return ["", "Not begun"];
  if (duel.leader === "tie") return ["", isOver ? "A draw" : "Level"];
  const side = duel[duel.leader];
  const isYou = side.is_own && duel.subject_type === "sdr";
  const by = `by ${decimal(duel.margin)}${duel.subject_type === "team" ? " per head" : ""}`;
  return [isYou ? "You" : side.name, `\u00a0${isOver ? "won" : isYou ? "lead" : "leads"} ${by}`];
}

function timeOf({ status, starts_on: starts, ends_on: ends, days_left: left, days_to_start: until }) {
  if (status === "over") return `Ended ${day(ends)}`;
  if (status === "upcoming") return until > 0 ? `Begins in ${plural(until, "day", "days")}, ${day(starts)}` : `Begins ${day(starts)}`;
  if (left > 0) return `${plural(left, "day", "days")} left, to ${day(ends)}`;
  return "Last day";
}
