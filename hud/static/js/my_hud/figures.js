// Gold, level and XP, KDA and today's counts.

const tag = new URL(import.meta.url).search;
const [{ calm, h, icon, number, plural, setText, signed }, { createCounter }] = await Promise.all([
  import(`../dom.js${tag}`),
  import(`../counter.js${tag}`),
]);

const ROLL_OVER = 700;

export function createWealth({ assets }) {
  const value = h("span", { class: "gold-value", "aria-hidden": "true" });
  const spoken = h("span", { class: "quiet", "data-field": "gold" });
  const today = h("p", { class: "gold-today" });
  const drops = h("div", { class: "drops", "aria-hidden": "true" });
  const counter = createCounter(value, { cells: true });
  const root = h(
    "section",
    { class: "panel wealth", "aria-label": "Gold" },
    icon(assets, "coin", "coin"),
    h("div", { class: "amount" }, h("p", { class: "caption" }, "Gold"), h("p", { class: "gold" }, value, spoken), today),
    drops,
  );
  return {
    root,
    update(sdr) {
      root.style.setProperty("--signs", String(number(sdr.total_gold).length));
      counter.set(sdr.total_gold);
      setText(spoken, `${number(sdr.total_gold)} gold`);
      setText(today, `${signed(sdr.gold_today)} today`);
    },
    drop(event) {
      const line = h("span", {}, `${signed(event.gold_value)} ${event.event_label}`);
      drops.append(line);
      setTimeout(() => line.remove(), 2600);
    },
    dispose: counter.dispose,
  };
}

export function createProgress() {
  const level = h("span", { class: "level-number", "aria-hidden": "true" });
  const badge = h("div", { class: "level", role: "img" }, h("span", { class: "hex" }, h("span", { class: "level-word" }, "Level"), level));
  const fill = h("div", { class: "fill" });
  const bar = h("div", { class: "track", role: "progressbar", "aria-label": "Experience in this level", "aria-valuemin": "0" }, fill);
  const have = h("span", { "data-field": "xp" });
  const need = h("span", { class: "need" });
  const root = h(
    "section",
    { class: "panel progress", "aria-label": "Level" },
    badge,
    h("div", { class: "experience" }, h("p", { class: "caption" }, "Experience"), bar, h("p", { class: "xp-text" }, have, need)),
  );
  let shownLevel = null;
  let timer = 0;

  function moveBar(share, rose) {
    clearTimeout(timer);
    if (!rose || calm() || document.hidden) {
      fill.style.transform = `scaleX(${share})`;
      return;
    }
    // The bar runs full, starts again at nothing and goes on in the new level.
    fill.style.transform = "scaleX(1)";
    timer = setTimeout(() => {
      fill.classList.add("jump");
      fill.style.transform = "scaleX(0)";
      void fill.offsetWidth;
      fill.classList.remove("jump");
      fill.style.transform = `scaleX(${share})`;
    }, ROLL_OVER);
  }

  function update(sdr) {
    const size = sdr.xp_in_current_level + sdr.xp_to_next_level;
    const share = size > 0 ? sdr.xp_in_current_level / size : 0;
    const wanted = `${sdr.current_level}:${share}`;
    if (root.dataset.drawn !== wanted) {
      moveBar(share, shownLevel !== null && sdr.current_level > shownLevel);
      root.dataset.drawn = wanted;
    }
    shownLevel = sdr.current_level;
    setText(level, sdr.current_level);
    badge.style.setProperty("--signs", String(sdr.current_level).length);
    badge.setAttribute("aria-label", `Level ${sdr.current_level}`);
    bar.setAttribute("aria-valuemax", size);
    bar.setAttribute("aria-valuenow", sdr.xp_in_current_level);
    bar.setAttribute("aria-valuetext", `${number(sdr.xp_in_current_level)} of ${number(size)} XP`);
    setText(have, `${number(sdr.xp_in_current_level)} / ${number(size)} XP`);
    setText(need, `${number(sdr.xp_to_next_level)} to level ${sdr.current_level + 1}`);
  }

  return { root, update, dispose: () => clearTimeout(timer) };
}

const KDA = [
  ["meetings_booked", "K", "Meetings booked"],
  ["meetings_lost", "D", "Meetings lost"],
  ["calls_connected", "A", "Connects"],
];

export function createKda() {
  const counters = {};
  const ratio = h("strong", { "data-field": "kda-ratio" });
  const items = KDA.map(([field, letter, words]) => {
    const value = h("dd", { "data-field": field });
    counters[field] = createCounter(value);
    return h("div", { class: `kda-${letter.toLowerCase()}` }, h("dt", {}, h("b", {}, letter), h("span", {}, words)), value);
  });
  const root = h(
    "section",
    { class: "panel kda", "aria-label": "KDA" },
    h("p", { class: "caption" }, "KDA", h("span", { class: "ratio" }, ratio, " ratio")),
    h("dl", {}, ...items),
  );
  return {
    root,
    update(sdr) {
      for (const [field] of KDA) counters[field].set(sdr[field]);
      setText(ratio, sdr.kda_ratio.toFixed(1));
    },
    dispose: () => Object.values(counters).forEach((counter) => counter.dispose()),
  };
}

const TODAY = [
  ["calls_made_today", "Dials", "call_dial"],
  ["calls_connected_today", "Connects", "call_connect"],
  ["emails_sent_today", "Emails", "email_sent"],
  ["meetings_booked_today", "Booked", "meeting_booked"],
  ["meetings_attended_today", "Attended", "meeting_attended"],
];

export function createToday({ assets }) {
  const counters = {};
  const total = h("span", { class: "ratio" });
  const items = TODAY.map(([field, words, sign]) => {
    const value = h("dd", { "data-field": field });
    counters[field] = createCounter(value);
    return h("div", {}, h("dt", {}, icon(assets, sign), h("span", {}, words)), value);
  });
  const root = h(
    "section",
    { class: "panel today", "aria-label": "Today" },
    h("p", { class: "caption" }, "Today", total),
    h("dl", {}, ...items),
  );
  return {
    root,
    update(sdr) {
      for (const [field] of TODAY) counters[field].set(sdr[field]);
      setText(total, `${plural(sdr.events_today, "event", "events")} \u00b7 ${signed(sdr.xp_today)} XP`);
    },
    dispose: () => Object.values(counters).forEach((counter) => counter.dispose()),
  };
}
