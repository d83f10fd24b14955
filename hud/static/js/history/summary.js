// The first line of History: the highest rank, the streaks, and how much of the past the charts show.

const tag = new URL(import.meta.url).search;
const [{ h, plural, setText }, { setEmblem, tierColour }] = await Promise.all([import(`../dom.js${tag}`), import(`../emblem.js${tag}`)]);

const KEY = "rift.history.range";
const RANGES = [["4", "4 weeks"], ["12", "12 weeks"], ["all", "All"]];

export function createSummary({ assets, choose }) {
  const emblem = h("img", { alt: "", width: "64", height: "64" });
  const rank = h("b");
  const when = h("small");
  const streak = fact("Current streak");
  const longest = fact("Longest streak");
  const active = fact("Active days");
  const keys = RANGES.map(([range, label]) => h("button", { class: "key", type: "button", "data-range": range, onclick: () => pick(range) }, label));
  const root = h(
    "section",
    { class: "panel summary", "aria-label": "In short" },
    h("div", { class: "peak" }, emblem, h("p", {}, h("span", { class: "caption" }, "Highest rank"), rank, when)),
    h("dl", { class: "facts" }, streak.root, longest.root, active.root),
    h("div", { class: "ranges", role: "group", "aria-label": "Range of the charts" }, ...keys),
  );

  function pick(range) {
    for (const key of keys) key.setAttribute("aria-pressed", String(key.dataset.range === range));
    try {
      localStorage.setItem(KEY, range);
    } catch {
      // Then the choice lasts as long as the page.
    }
    choose(range);
  }

  return {
    root,
    start: () => pick(remembered()),
    update({ highest, current_streak_days, longest_streak_days, active_day_count, first_day }) {
      setEmblem(emblem, assets, highest.order);
      root.style.setProperty("--tier", tierColour(highest.order));
      setText(rank, highest.rank);
      setText(when, highest.on && first_day ? `week of ${highest.on}` : "the game begins");
      streak.set(plural(current_streak_days, "day", "days"), "working days in a row");
      longest.set(plural(longest_streak_days, "day", "days"), "");
      active.set(plural(active_day_count, "day", "days"), first_day ? `since ${first_day}` : "none yet");
    },
  };
}

function fact(label) {
  const value = h("b");
  const note = h("small");
  return {
    root: h("div", {}, h("dt", {}, label), h("dd", {}, value, note)),
    set(words, more) {
      setText(value, words);
      setText(note, more);
    },
  };
}

function remembered() {
  try {
    const kept = localStorage.getItem(KEY);
    return RANGES.some(([range]) => range === kept) ? kept : "12";
  } catch {
    return "12";
  }
}
