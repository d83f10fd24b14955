// My HUD: lays out the parts, hands them each new look at the SDR, and decides what deserves a sound.

const tag = new URL(import.meta.url).search;
const [dom, { createSound }, { createCelebrations }, { createHeader }, { createRank, emblemUrl }, figures, { createFeed }, cues] =
  await Promise.all(
    ["dom", "sound", "celebrate", "header", "rank", "figures", "feed", "cues"].map((name) => import(`./${name}.js${tag}`)),
  );
const { h, icon, plural, setText } = dom;

const MESSAGES = {
  unbuilt: ["The warehouse has not been built yet", "Run make up. This page looks again by itself."],
  away: ["The database does not answer", "This page tries again by itself."],
  unknown: ["No such SDR", "Nobody in the marts has this id. It appears here with the first event."],
};

// Longer than a background tab sleeps between two polls (a minute): what is older is history, not news.
const NEWS_SECONDS = 90;

export function createHud({ assets, trigger, defaultVolume }) {
  const sound = createSound({ assets, defaultVolume, onChange: () => showSound() });
  const header = createHeader({ assets, sound, leave: () => trigger("leave", true) });
  const rank = createRank({ assets });
  const wealth = figures.createWealth({ assets });
  const progress = figures.createProgress();
  const kda = figures.createKda();
  const today = figures.createToday({ assets });
  const feed = createFeed({ assets });
  const celebrations = createCelebrations();

  const title = h("h2");
  const advice = h("p");
  const other = h("button", { class: "key", type: "button", onclick: () => trigger("leave", true) }, icon(assets, "swap"), "Choose an SDR");
  const message = h("main", { class: "panel message" }, icon(assets, "mark", "mark"), title, advice, other);
  const board = h("main", { class: "board" }, rank.root, progress.root, wealth.root, kda.root, today.root, feed.root);
  const news = h("p", { class: "quiet", role: "status" });
  const root = h("div", { class: "rift hud", "data-view": "hud", "data-cue-count": "0", "data-last-cue": "" }, header.root, board, message, news, celebrations.root);

  let before = null;
  let latest = null;
  let heardAt = 0;
  const clock = setInterval(tick, 1000);

  function update(data) {
    latest = data;
    heardAt = performance.now();
    const { sdr } = data;
    root.style.setProperty("--panel-opacity", data.opacity);
    root.dataset.user = data.user_id;
    header.showName(sdr, data.user_id);
    if (sdr) {
      rank.update(sdr, data.tiers);
      for (const part of [wealth, progress, kda, today]) part.update(sdr);
      feed.update(sdr.feed);
      notice(data);
    } else {
      const [headline, words] = MESSAGES[data.state] ?? MESSAGES.away;
      setText(title, headline);
      setText(advice, words);
      before = null;
    }
    tick();
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
    if (cue === "meeting") setText(news, "Meeting booked");
    if (cue === "level") {
      setText(news, `Level ${sdr.current_level} reached`);
      const hex = h("div", { class: "level" }, h("span", { class: "hex" }, h("span", { class: "level-number" }, String(sdr.current_level))));
      hex.style.setProperty("--signs", String(sdr.current_level).length);
      celebrations.add({ kind: "level-up", prize: hex, title: "Level up", text: `Level ${sdr.current_level}` });
    }
    if (cue === "rank") {
      setText(news, `New rank: ${sdr.current_rank}`);
      const emblem = h("img", { src: emblemUrl(assets, sdr.current_rank_order), alt: "" });
      const text = `${plural(sdr.weekly_rank_points, "point", "points")} this week`;
      celebrations.add({ kind: "rank-up", prize: emblem, title: sdr.current_rank, text });
    }
  }

  function tick() {
    if (!latest) return;
    const silence = (performance.now() - heardAt) / 1000;
    const { sdr } = latest;
    const isCut = silence > Math.max(5, 4 * latest.interval_seconds) && !document.hidden;
    const age = (latest.age_seconds ?? 0) + silence;
    // The database's clock decides how long ago things were: a screen's own clock may be wrong.
    const now = sdr ? sdr.as_of + age : 0;
    const state = isCut ? "cut" : latest.state;
    root.dataset.state = state;
    const lastEvent = sdr && sdr.last_event_at !== null ? now - sdr.last_event_at : null;
    header.showStatus({ state, age, silence: age, last_event_age: lastEvent });
    feed.tick(now);
  }

  function showSound() {
    header.showSound();
    root.dataset.audio = sound.state.running ? "running" : "off";
  }
  showSound();

  return {
    root,
    update,
    dispose() {
      clearInterval(clock);
      for (const part of [wealth, progress, kda, today, celebrations, sound]) part.dispose();
    },
  };
}
