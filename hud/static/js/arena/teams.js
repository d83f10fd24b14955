// The teams of this week, compared per head: by points, then gold, as the mart has it.

const tag = new URL(import.meta.url).search;
const [{ decimal, h, number, plural, setText }, { createFigure }, { createKeyed }, { ordinal, placeSign }] = await Promise.all(
  ["dom", "arena/figure", "arena/keyed", "arena/words"].map((name) => import(`../${name}.js${tag}`)),
);

export function createTeams() {
  const note = h("span", { class: "ratio" });
  const empty = h("p", { class: "nothing" }, "No team has anybody yet. For whoever runs Rift: teams come with the roster, rift roster load people.csv.");
  const list = h("ol", { class: "team-list" });
  const scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Teams in order" }, list);
  const root = h(
    "section",
    { class: "panel teams", "aria-labelledby": "rift-teams" },
    h("h2", { class: "caption", id: "rift-teams" }, "Teams this week", note),
    empty,
    scroll,
  );
  let own = null;
  let most = 1;

  function create() {
    const place = h("span", { class: "place" });
    const name = h("span", { class: "who-name", dir: "auto" });
    const you = h("span", { class: "you" }, "Yours");
    const perHead = h("span", { class: "team-score" });
    const fill = h("span", { class: "team-fill" });
    const meetings = h("span", { "data-field": "meetings" });
    const gold = h("span", { "data-field": "gold" });
    const xp = h("span", { "data-field": "xp" });
    const figures = { meetings_booked: createFigure(meetings), gold: createFigure(gold), xp: createFigure(xp) };
    const units = { meetings_booked: h("span"), gold: h("span"), xp: h("span") };
    const facts = h("span", { class: "team-facts" });
    const element = h(
      "li",
      { class: "team-row" },
      place,
      h("span", { class: "team-head" }, name, you),
      perHead,
      h("span", { class: "team-bar", "aria-hidden": "true" }, fill),
      h("span", { class: "team-sums" }, h("span", {}, meetings, units.meetings_booked), h("span", {}, gold, units.gold), h("span", {}, xp, units.xp)),
      facts,
    );
    return {
      element,
      update(team) {
        element.dataset.team = team.team_id;
        const isOwn = team.team_id === own;
        element.classList.toggle("own", isOwn);
        you.hidden = !isOwn;
        setText(place, team.position === null ? "\u2013" : placeSign({ position: team.position, tied: team.sharing > 1 }));
        setText(name, team.team_name);
        name.title = team.team_name;
        setText(perHead, `${decimal(team.points_per_head)} per head`);
        perHead.title = "Rank points per head";
        fill.style.transform = `scaleX(${Math.min(1, team.points_per_head / most)})`;
        for (const [field, figure] of Object.entries(figures)) figure.set(team[field]);
        setText(units.meetings_booked, Number(team.meetings_booked) === 1 ? " meeting" : " meetings");
        setText(units.gold, " gold");
        setText(units.xp, " XP");
        const total = team.position === null ? "on no roster: out of the contest" : `${ordinal(team.total_position)} by total`;
        setText(facts, `${plural(team.headcount, "SDR", "SDRs")} \u00b7 ${total}`);
      },
      dispose: () => Object.values(figures).forEach((figure) => figure.dispose()),
    };
  }

  const rows = createKeyed(list, { keyOf: (team) => team.team_id, create });
  return {
    root,
    update({ teams, team_count: count, team_id: teamId }) {
      own = teamId;
      most = Math.max(0.01, ...teams.map((team) => team.points_per_head));
      root.dataset.count = String(teams.length);
      setText(note, count > teams.length ? `first of ${number(count)}` : "points per head");
      rows.update(teams);
    },
    dispose: rows.dispose,
  };
}
