// The boards of the TV: which of them have something to say, and how each is drawn. Everything is an ordered list, so
// that a screen reader hears it as it is seen.

const tag = new URL(import.meta.url).search;
const [{ ago, decimal, h, icon, number, plural, setText }, { emblemUrl, tierColour }] = await Promise.all([import(`../dom.js${tag}`), import(`../emblem.js${tag}`)]);

const FIRST_LINES = 6;
const MOST_GOALS = 2;
const METRICS = { gold: "gold", xp: "XP", rank_points: "points", meeting_booked: "meetings", call_dial: "dials", call_connect: "connects", email_sent: "emails" };
const words = (metric) => METRICS[metric] ?? metric.replaceAll("_", " ");

/** The boards worth showing now: [{ id, title, measure, of, draw() }]; `of` is what is drawn. Never none. */
export function boardsOf(boards, { assets, now }) {
  const { today, week, teams, newest, duels, totals } = boards;
  const found = [];
  const people = (id, title, measure, rows, score) => {
    const of = rows.slice(0, FIRST_LINES);
    found.push({ id, title, measure, of, draw: () => places(of, score, assets) });
  };
  if (today.length > 0) people("today", "Today", "Gold", today, (row) => row.gold);
  if (week.length > 0) people("week", "This week", "Points", week, (row) => row.points);
  if (week.length > FIRST_LINES) {
    const of = week.slice(FIRST_LINES);
    found.push({ id: "field", title: "This week", measure: "Points", of, draw: () => field(of, assets) });
  }
  if (teams.length > 0) found.push({ id: "teams", title: "Teams", measure: "Points per head", of: teams, draw: () => teamList(teams) });
  if (newest.length > 0) {
    const of = newest.map((event) => ({ ...event, age: ago((now ?? event.occurred_at) - event.occurred_at) }));
    found.push({ id: "newest", title: "Latest meetings", measure: "", of, draw: () => newestList(of, assets) });
  }
  if (duels.length > 0) found.push({ id: "duels", title: "Duels", measure: "", of: duels, draw: () => duelList(duels, assets) });
  if (found.length > 0) return found;
  const advice = totals.people > 0 ? "Nobody has scored yet. The first event opens the game." : "Nobody is on the board yet. Whoever scores first stands here.";
  return [{ id: "empty", title: "The season is open", measure: "", of: advice, draw: () => vacant(advice, assets) }];
}

const name = (text, extra = "") => {
  const node = h("strong", { class: `who ${extra}`, dir: "auto" }, text);
  node.style.setProperty("--letters", String([...text].length));
  return node;
};
// As the podium of the Arena has it: "=" before a place that is shared.
const position = (row) => {
  const shown = `${row.sharing > 1 ? "=" : ""}${row.position}`;
  const node = h("span", { class: "position" }, h("span", { class: "quiet" }, row.sharing > 1 ? "Shared place " : "Place "), h("span", { "aria-hidden": "true" }, shown.slice(0, -String(row.position).length)), String(row.position));
  node.style.setProperty("--signs", String(shown.length));
  return node;
};
const team = (text) => h("span", { class: "of", dir: "auto" }, text);

function movement(places) {
  if (!places) return h("span", { class: "moved", role: "img", "aria-label": "No change of place" }, "\u2013");
  const label = `${places > 0 ? "Up" : "Down"} ${plural(Math.abs(places), "place", "places")}`;
  return h("span", { class: `moved ${places > 0 ? "up" : "down"}`, role: "img", "aria-label": label }, `${places > 0 ? "\u25b2" : "\u25bc"}${Math.abs(places)}`);
}

// Who leads stands in a frame of his own, with the emblem as large as it deserves.
function places(rows, score, assets) {
  const [first, ...rest] = rows;
  const leader = h(
    "li",
    { class: "leader panel" },
    position(first),
    h("img", { class: "emblem", src: emblemUrl(assets, first.rank_order), alt: first.rank }),
    name(first.name),
    team(first.team),
    h("span", { class: "score" }, number(score(first))),
    ...(first.sharing > 1 ? [h("span", { class: "of" }, `shared with ${number(first.sharing - 1)}`)] : []),
  );
  leader.style.setProperty("--tier", tierColour(first.rank_order));
  return lined(h("ol", { class: "places" }, leader, ...rest.map((row) => line(row, score, assets))), rest.map((row) => number(score(row))));
}

function line(row, score, assets) {
  const node = h(
    "li",
    { class: "line" },
    position(row),
    h("img", { class: "emblem", src: emblemUrl(assets, row.rank_order), alt: row.rank }),
    h("span", { class: "person" }, name(row.name), team(row.team)),
    movement(row.movement),
    h("span", { class: "score" }, number(score(row))),
  );
  node.style.setProperty("--tier", tierColour(row.rank_order));
  return node;
}

// Scores as wide as the longest, so that the arrows before them stand in a column.
function lined(list, scores) {
  list.style.setProperty("--digits", String(Math.max(1, ...scores.map((score) => score.length))));
  return list;
}

function field(rows, assets) {
  const score = (row) => row.points;
  return lined(h("ol", { class: `field ${rows.length > FIRST_LINES ? "wide" : ""}` }, ...rows.map((row) => line(row, score, assets))), rows.map((row) => number(score(row))));
}

function teamList(teams) {
  const best = Math.max(...teams.map((one) => one.points_per_head), 0.01);
  const list = h("ol", { class: "teams" }, ...teams.map((one) => {
    const bar = h("span", { class: "bar-of", "aria-hidden": "true" }, h("i"));
    bar.style.setProperty("--part", String(one.points_per_head / best));
    // A team's goals say more than its size does.
    const facts = one.goals
      ? one.goals.slice(0, MOST_GOALS).map((goal) => `${goal.actual >= goal.target ? "\u2714 " : ""}${number(goal.actual)} of ${number(goal.target)} ${words(goal.metric)}`)
      : [plural(one.meetings, "meeting", "meetings"), plural(one.headcount, "SDR", "SDRs")];
    return h(
      "li",
      { class: `line ${one.position === 1 ? "first" : ""}` },
      position(one),
      h("span", { class: "person" }, name(one.name), h("span", { class: "of" }, facts.join(" \u00b7 ")), bar),
      h("span", { class: "score" }, decimal(one.points_per_head)),
    );
  }));
  return lined(list, teams.map((one) => decimal(one.points_per_head)));
}

function newestList(events, assets) {
  return h("ol", { class: "newest" }, ...events.map((event) =>
    h(
      "li",
      { class: `line ${event.event_type}` },
      h("span", { class: "sign" }, icon(assets, event.event_type)),
      h("span", { class: "person" }, name(event.name), h("span", { class: "of" }, h("bdi", {}, event.team ?? ""), `${event.team ? " \u00b7 " : ""}${event.label} \u00b7 ${event.age}`)),
      h("span", { class: "score" }, `+${number(event.gold)}`, h("span", { class: "unit" }, " gold")),
      h("img", { class: "emblem", src: emblemUrl(assets, event.rank_order ?? 0), alt: event.rank ?? "" }),
    ),
  ));
}

// The sums stand large; what decides between teams, the figure per head, stands small below.
function duelList(duels, assets) {
  return h("ol", { class: "duels" }, ...duels.map((duel) => {
    const isTeam = duel.subject_type === "team";
    const whole = duel.challenger_per_head + duel.opponent_per_head;
    const side = (which) =>
      h(
        "span",
        { class: `side ${which}` },
        h("span", { class: "side-who" }, ...(duel.leader === which ? [icon(assets, "crown", "crown")] : []), name(duel[which])),
        h("span", { class: "sum" }, h("b", {}, decimal(duel[`${which}_score`])), ...(isTeam ? [h("small", {}, `${decimal(duel[`${which}_per_head`])} per head`)] : [])),
      );
    const leads = duel.leader === "tie" ? ["Level"] : [h("bdi", {}, duel[duel.leader]), ` leads by ${decimal(duel.margin)}${isTeam ? " per head" : ""}`];
    const node = h(
      "li",
      { class: `duel panel leads-${duel.leader}` },
      h("span", { class: "caption", dir: "auto" }, duel.title),
      side("challenger"),
      h("span", { class: "vs", "aria-hidden": "true" }, "VS"),
      side("opponent"),
      h("span", { class: "against", "aria-hidden": "true" }, h("i")),
      h("span", { class: "of" }, h("span", { class: "leads" }, ...leads), ` \u00b7 ${words(duel.metric)}, until ${duel.ends_on}`),
    );
    node.style.setProperty("--part", String(whole > 0 ? duel.challenger_per_head / whole : 0.5));
    return node;
  }));
}

function vacant(advice, assets) {
  return h("div", { class: "nothing" }, h("div", { class: "seat" }, h("img", { src: assets("rings.svg"), alt: "" }), icon(assets, "crown", "crown")), h("p", {}, advice));
}

/** The figures of everybody, which stand above each board. */
export function createTotals() {
  const figures = [["meetings_today", "today"], ["meetings_week", "this week"]].map(([field, label]) => [field, h("b"), label]);
  return {
    root: h("p", { class: "totals" }, h("span", { class: "of" }, "Meetings"), ...figures.map(([, figure, label]) => h("span", {}, figure, ` ${label}`))),
    update: (totals) => figures.forEach(([field, figure]) => setText(figure, number(totals[field]))),
  };
}
