// KDA and today's counts.

const tag = new URL(import.meta.url).search;
const [{ h, icon, number, plural, setText, signed }, { createCounter }] = await Promise.all([
  import(`../dom.js${tag}`),
  import(`../counter.js${tag}`),
]);

const KDA = [
  ["meetings_booked", "K", "Meetings booked"],
  ["meetings_lost", "D", "Meetings lost"],
  ["calls_connected", "A", "Connects"],
];

export function createKda() {
  const counters = {};
  const values = {};
  const ratio = h("strong", { "data-field": "kda-ratio" });
  const items = KDA.map(([field, letter, words]) => {
    const value = h("dd", { "data-field": field });
    counters[field] = createCounter(value);
    values[field] = value;
    return h("div", { class: `kda-${letter.toLowerCase()}` }, h("dt", {}, h("b", {}, letter), h("span", {}, words)), value);
  });
  const root = h(
    "section",
    { class: "panel kda", "aria-label": "KDA" },
    h("h2", { class: "caption" }, "KDA", h("span", { class: "ratio", title: "(K + A) / max(D, 1), all time" }, ratio, " ratio, all time")),
    h("dl", {}, ...items),
  );
  return {
    root,
    update(sdr) {
      for (const [field] of KDA) {
        counters[field].set(sdr[field]);
        values[field].style.setProperty("--signs", String(number(sdr[field]).length));
      }
      setText(ratio, sdr.kda_ratio.toFixed(1));
    },
    dispose: () => Object.values(counters).forEach((counter) => counter.dispose()),
  };
}

const TODAY = [
  ["calls_made_today", "Dials", "call_dial"],
  ["calls_connected_today", "Connects", "call_connect"],
  ["emails_sent_today", "Emails", "email_sent"],
  ["meetings_booked_today", "Booked", "meeting_booked", "Meetings booked"],
  ["meetings_attended_today", "Attended", "meeting_attended", "Meetings attended"],
];

export function createToday({ assets }) {
  const counters = {};
  const tiles = {};
  const total = h("span", { class: "ratio" });
  const items = TODAY.map(([field, words, sign, title]) => {
    const value = h("dd", { "data-field": field });
    counters[field] = createCounter(value);
    tiles[field] = h("div", { title: title ?? words }, h("dt", {}, icon(assets, sign), h("span", {}, words)), value);
    return tiles[field];
  });
  const root = h(
    "section",
    { class: "panel today", "aria-label": "Today" },
    h("h2", { class: "caption" }, "Today", total),
    h("dl", {}, ...items),
  );
  return {
    root,
    update(sdr) {
      for (const [field] of TODAY) {
        counters[field].set(sdr[field]);
        tiles[field].toggleAttribute("data-zero", !Number(sdr[field]));
      }
      setText(total, `${plural(sdr.events_today, "event", "events")} \u00b7 ${signed(sdr.xp_today)} XP`);
    },
    dispose: () => Object.values(counters).forEach((counter) => counter.dispose()),
  };
}
