// The streak of working days, and this week's goals: the SDR's own and the team's.

const tag = new URL(import.meta.url).search;
const { h, icon, number, plural, setText } = await import(`../dom.js${tag}`);

// Goals count many; what the marts call an event is one.
const MANY = {
  call_dial: "Dials",
  call_connect: "Connects",
  email_sent: "Emails",
  meeting_booked: "Meetings booked",
  meeting_attended: "Meetings attended",
  gold: "Gold",
  xp: "XP",
  rank_points: "Rank points",
};

// So many goals are seen without scrolling.
const FIT = 2;

export function createWeek({ assets }) {
  const days = h("strong", { "data-field": "streak" });
  const unit = h("span", { class: "streak-unit" });
  const longest = h("span", { class: "longest" });
  const list = h("ul", { class: "goals", "aria-label": "Goals of this week" });
  const none = h("p", { class: "no-goals" }, "No goals this week.");
  const streak = h("p", { class: "streak" }, icon(assets, "streak"), h("span", { class: "streak-days" }, days, " ", unit), longest);
  const reached = h("span", { class: "ratio" });
  const root = h("section", { class: "panel week", "aria-label": "Streak and goals" }, h("h2", { class: "caption" }, "Streak and goals", reached), streak, list, none);
  let drawn = "";

  function row(goal) {
    const isTeam = goal.subject_type === "team";
    const name = Object.hasOwn(MANY, goal.metric) ? MANY[goal.metric] : goal.label;
    const share = goal.target > 0 ? Math.min(1, goal.actual / goal.target) : 1;
    const label = h("span", { class: "goal-name", dir: "auto" }, name);
    const count = h("span", { class: "goal-count" }, h("b", {}, number(goal.actual)), ` / ${number(goal.target)}`);
    const bar = h("span", {
      class: "goal-bar",
      role: "meter",
      "aria-label": `${isTeam ? "Team goal" : "Goal"}: ${name}`,
      "aria-valuemin": "0",
      "aria-valuemax": String(goal.target),
      "aria-valuenow": String(Math.min(goal.actual, goal.target)),
      "aria-valuetext": `${number(goal.actual)} of ${number(goal.target)}${goal.is_reached ? ", reached" : ""}`,
    });
    bar.style.setProperty("--share", String(share));
    const team = isTeam ? [h("span", { class: "of-team" }, "Team")] : [];
    const done = goal.is_reached ? [icon(assets, "reached"), h("span", { class: "done" }, "done")] : [];
    return h(
      "li",
      { class: goal.is_reached ? "reached" : "", "data-goal": `${goal.subject_type}:${goal.metric}` },
      h("span", { class: "goal-line" }, h("span", { class: "goal-what" }, ...team, label), h("span", { class: "goal-have" }, ...done, count)),
      bar,
    );
  }

  function update(standing) {
    root.dataset.known = String(Boolean(standing));
    if (!standing) return;
    const wanted = JSON.stringify(standing);
    if (wanted === drawn) return;
    drawn = wanted;
    setText(days, number(standing.streak));
    setText(unit, `${standing.streak === 1 ? "day" : "days"} in a row`);
    setText(longest, `longest ${plural(standing.longest_streak, "day", "days")}`);
    root.dataset.burning = String(standing.streak > 0);
    list.replaceChildren(...standing.goals.map(row));
    const count = standing.goals.filter((goal) => goal.is_reached).length;
    setText(reached, standing.goals.length > 0 ? `${count} of ${standing.goals.length}` : "");
    reached.title = `${plural(count, "goal", "goals")} reached`;
    // A list that cannot be seen whole is scrolled with the keyboard too.
    if (standing.goals.length > FIT) list.setAttribute("tabindex", "0");
    else list.removeAttribute("tabindex");
    list.hidden = standing.goals.length === 0;
    none.hidden = !list.hidden;
  }

  return { root, update };
}
