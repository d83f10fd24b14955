// History: lays out the charts, bests and achievements, and draws them anew only when the past has changed.

const tag = new URL(import.meta.url).search;
const [{ h, icon }, { createShell }, { createChart }, { createSummary }, { createBests }, { createAchievements }] = await Promise.all(
  ["dom", "shell", "history/chart", "history/summary", "history/bests", "history/achievements"].map((name) => import(`../${name}.js${tag}`)),
);

const NOBODY = ["Choose an SDR", "History shows the weeks, bests and achievements of one SDR."];

export function create({ assets, trigger, defaultVolume }) {
  const charts = {
    ranks: createChart({ assets, name: "ranks", title: "Rank by week" }),
    experience: createChart({ assets, name: "experience", title: "XP over time" }),
    activity: createChart({ assets, name: "activity", title: "Activity over time" }),
  };
  const calendar = createChart({ assets, name: "calendar", title: "Events by day" });
  const bests = createBests({ assets });
  const achievements = createAchievements({ assets });
  const summary = createSummary({ assets, choose: (chosen) => draw((range = chosen)) });
  const first = h("p", { class: "panel beginning" }, icon(assets, "page_history"), h("b", {}, "Nothing written yet"), "The first call opens the charts: rank by week, XP, activity and the calendar.");
  const content = h("section", { class: "content past" }, summary.root, first, charts.ranks.root, bests.root, charts.experience.root, charts.activity.root, calendar.root, achievements.root);
  const shell = createShell({ view: "history", assets, trigger, defaultVolume, content, leave: () => trigger("leave", true) });
  const { root } = shell;

  let range = "12";
  let past = null;
  let user = "";
  let url = "";
  let asked = "";
  summary.start();

  function update(data) {
    const { sdr } = data;
    shell.update({
      ...data,
      title: sdr ? sdr.display_name || sdr.user_id : data.user_id || "History",
      subtitle: sdr ? sdr.team_name : "",
      as_of: sdr?.as_of,
      last_event_at: sdr?.last_event_at,
      unknown: data.user_id ? null : NOBODY,
    });
    url = data.plotly;
    // A reconnect sends the same past again: then what one reads stays as it is.
    if (!data.past_version || (past?.version === data.past_version && user === data.user_id)) return;
    if (data.past) receive(data);
    else ask(data);
  }

  function receive(data) {
    past = data.past;
    user = data.user_id;
    asked = "";
    root.dataset.version = past.version;
    root.dataset.empty = String(past.charts === null);
    summary.update(past.summary);
    bests.update(past.bests);
    achievements.update(past.achievements);
    if (past.calendar) calendar.update(past.calendar, url);
    draw();
  }

  // The server sends the past once; if that was lost on the way, it is asked for again.
  function ask(data) {
    const wanted = `${data.visit} ${data.user_id} ${data.past_version}`;
    if (wanted === asked) return;
    asked = wanted;
    trigger("need", data.past_version);
  }

  function draw() {
    if (!past?.charts) return;
    for (const [name, chart] of Object.entries(charts)) chart.update(past.charts[range][name], url);
  }

  return {
    root,
    update,
    dispose() {
      shell.dispose();
      for (const chart of [...Object.values(charts), calendar]) chart.dispose();
    },
  };
}
