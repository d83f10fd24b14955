// Gold: the counter, what came today, and a line for each thing that moved it.

const tag = new URL(import.meta.url).search;
const [{ h, icon, number, setText, signed }, { createCounter }] = await Promise.all([
  import(`../dom.js${tag}`),
  import(`../counter.js${tag}`),
]);

const SHOWN_MS = { gain: 2600, loss: 7000 };
// Lines of one poll rise one after the other.
const APART_MS = 320;
const LONGEST_QUEUE = 12;

export function createWealth({ assets }) {
  const value = h("span", { class: "gold-value", "aria-hidden": "true" });
  const spoken = h("span", { class: "quiet", "data-field": "gold" });
  const today = h("p", { class: "gold-today" });
  const places = {
    gain: h("div", { class: "drops", "aria-hidden": "true" }),
    loss: h("div", { class: "drops whys", "aria-hidden": "true" }),
  };
  const counter = createCounter(value, { cells: true });
  const root = h(
    "section",
    { class: "panel wealth", "aria-label": "Gold" },
    icon(assets, "coin", "coin"),
    h("div", { class: "amount" }, h("h2", { class: "caption" }, "Gold"), h("p", { class: "gold" }, value, spoken), h("div", { class: "gold-row" }, today, places.gain)),
    places.loss,
  );
  const queue = [];
  const timers = new Set();
  let next = 0;

  const later = (work, delay) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, delay);
    timers.add(timer);
    return timer;
  };

  // The figures stay in sight: so many lines of a kind at once, and more of the same than that become one.
  const most = (kind) => (kind === "loss" || root.closest(".overlay") ? 1 : 2);

  function show() {
    next = 0;
    const entry = queue.find(({ kind }) => places[kind].childElementCount < most(kind));
    // Whoever leaves makes room for the next.
    if (!entry) return;
    const { kind, words, count } = entry;
    const isMany = count > most(kind);
    entry.count = isMany ? 0 : count - 1;
    if (entry.count === 0) queue.splice(queue.indexOf(entry), 1);
    const shown = h("span", { class: kind, dir: "auto" }, isMany ? together(words, count) : words);
    places[kind].append(shown);
    later(() => {
      shown.remove();
      if (!next) show();
    }, SHOWN_MS[kind]);
    if (queue.length > 0) next = later(show, APART_MS);
  }

  return {
    root,
    update(sdr) {
      root.style.setProperty("--signs", String(number(sdr.total_gold).length));
      counter.set(sdr.total_gold);
      setText(spoken, `${number(sdr.total_gold)} gold`);
      setText(today, `${signed(sdr.gold_today)} today`);
    },
    // `kind` is gain or loss; the words of a loss say why.
    line(kind, words) {
      if (document.hidden) return;
      const same = queue.find((entry) => entry.kind === kind && entry.words === words);
      if (same) same.count += 1;
      else if (queue.length < LONGEST_QUEUE) queue.push({ kind, words, count: 1 });
      // A moment later, when all lines of one poll are known.
      if (!next) next = later(show, 0);
    },
    dispose() {
      counter.dispose();
      timers.forEach(clearTimeout);
    },
  };
}

// "+600 · 6 × Meeting booked"; a gain begins with its gold.
function together(words, count) {
  const [, sign, gold, label] = /^([+\u2212]?)([\d,]+) (.*)$/s.exec(words) ?? [];
  const many = `${count} \u00d7 ${label ?? words}`;
  return gold ? `${sign}${number(Number(gold.replaceAll(",", "")) * count)} \u00b7 ${many}` : many;
}
