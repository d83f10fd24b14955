// My HUD: lays out the parts, hands them each new look at the SDR, and decides what deserves a sound.

const tag = new URL(import.meta.url).search;
const [dom, { createShell }, { emblemUrl }, cues, { createRank }, figures, { createFeed }] = await Promise.all(
  ["dom", "shell", "emblem", "cues", "my_hud/rank", "my_hud/figures", "my_hud/feed"].map((name) => import(`../${name}.js${tag}`)),
);
const { h, plural } = dom;

const MESSAGES = { unknown: ["No such SDR", "Nobody in the marts has this id. It appears here with the first event."] };

// Longer than a background tab sleeps between two polls (a minute): what is older is history, not news.
const NEWS_SECONDS = 90;

export function create({ assets, trigger, defaultVolume }) {
  const rank = createRank({ assets });
  const wealth = figures.createWealth({ assets });
  const progress = figures.createProgress();
  const kda = figures.createKda();
  const today = figures.createToday({ assets });
  const feed = createFeed({ assets });
  const board = h("main", { class: "content board" }, rank.root, progress.root, wealth.root, kda.root, today.root, feed.root);
  const shell = createShell({
    view: "my_hud",
    assets,
    trigger,
    defaultVolume,
    content: board,
    messages: MESSAGES,
    leave: () => trigger("leave", true),
    onTick: (now) => feed.tick(now),
  });
  const { root, sound, celebrations, announce } = shell;
  root.dataset.cueCount = "0";
  root.dataset.lastCue = "";

  let before = null;

  function update(data) {
    const { sdr } = data;
    root.dataset.user = data.user_id;
    shell.update({
      ...data,
      title: sdr ? sdr.display_name || sdr.user_id : data.user_id,
      subtitle: sdr ? sdr.team_name : "",
      as_of: sdr?.as_of,
      last_event_at: sdr?.last_event_at,
    });
    if (!sdr) {
      before = null;
      return;
    }
    rank.update(sdr, data.tiers);
    for (const part of [wealth, progress, kda, today]) part.update(sdr);
    feed.update(sdr.feed);
    notice(data);
  }

  // News is what changed between two live looks of one visit: not the first look, not what a reconnect brings.
  function notice(data) {
    const { sdr } = data;
    const comparable = before && before.visit === data.visit && before.sdr.user_id === sdr.user_id && sdr.as_of - before.sdr.as_of < Math.max(NEWS_SECONDS, 3 * data.interval_seconds);
    if (comparable && data.state === "live") {
      for (const event of cues.newEvents(before.sdr, sdr)) if (event.gold_value) wealth.drop(event);
      cues.cuesBetween(before.sdr, sdr).forEach((cue) => fire(cue, sdr));
    }
    if (data.state === "live" || !before) before = data;
  }

  function fire(cue, sdr) {
    root.dataset.cueCount = String(Number(root.dataset.cueCount) + 1);
    root.dataset.lastCue = cue;
    root.dispatchEvent(new CustomEvent("rift:cue", { detail: { cue }, bubbles: true, composed: true }));
    sound.play(cue);
    root.dataset.soundsPlayed = String(sound.state.played);
    if (cue === "meeting") announce("Meeting booked");
    if (cue === "level") {
      announce(`Level ${sdr.current_level} reached`);
      const hex = h("div", { class: "level" }, h("span", { class: "hex" }, h("span", { class: "level-number" }, String(sdr.current_level))));
      hex.style.setProperty("--signs", String(sdr.current_level).length);
      celebrations.add({ kind: "level-up", prize: hex, title: "Level up", text: `Level ${sdr.current_level}` });
    }
    if (cue === "rank") {
      announce(`New rank: ${sdr.current_rank}`);
      const emblem = h("img", { src: emblemUrl(assets, sdr.current_rank_order), alt: "" });
      const text = `${plural(sdr.weekly_rank_points, "point", "points")} this week`;
      celebrations.add({ kind: "rank-up", prize: emblem, title: sdr.current_rank, text });
    }
  }

  return {
    root,
    update,
    dispose() {
      shell.dispose();
      for (const part of [wealth, progress, kda, today]) part.dispose();
    },
  };
}
