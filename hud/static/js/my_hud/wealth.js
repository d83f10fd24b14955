// Gold: the counter, what came today, and a line for each thing that moved it.

const tag = new URL(import.meta.url).search;
const [{ h, icon, number, setText, signed }, { createCounter }] = await Promise.all([
  import(`../dom.js${tag}`),
  import(`../counter.js${tag}`),
]);

const SHOWN_MS = { gain: 2600, loss: 7000 };
// Lines of one poll rise one after the other.
const APART_MS = 320;
const LONGEST_QUEUE = 40;

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
    h("div", { class: "amount" }, h("p", { class: "caption" }, "Gold"), h("p", { class: "gold" }, value, spoken), today),
    places.gain,
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

  function show() {
    const [kind, words] = queue.shift();
    const shown = h("span", { class: kind, dir: "auto" }, words);
    places[kind].append(shown);
    later(() => shown.remove(), SHOWN_MS[kind]);
    next = queue.length > 0 ? later(show, APART_MS) : 0;
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
      if (document.hidden || queue.length >= LONGEST_QUEUE) return;
      queue.push([kind, words]);
      if (!next) show();
    },
    dispose() {
      counter.dispose();
      timers.forEach(clearTimeout);
    },
  };
}
