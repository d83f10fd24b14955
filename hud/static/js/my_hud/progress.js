// Level and experience: a bar that fills, rolls over into each new level, and runs back calmly when XP is taken back.

const tag = new URL(import.meta.url).search;
const { calm, h, number, setText } = await import(`../dom.js${tag}`);

const ROLL_MS = 620;
const FALL_MS = 1500;
// So many levels are rolled through; of a leap the last ones are seen.
const MOST_ROLLS = 4;

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
    h("div", { class: "experience" }, h("h2", { class: "caption" }, "Experience"), bar, h("p", { class: "xp-text" }, have, need)),
  );
  let shown = null;
  let timer = 0;

  function drawLevel(value) {
    setText(level, value);
    badge.style.setProperty("--signs", String(value).length);
  }

  function fillTo(share, milliseconds) {
    fill.style.transitionDuration = `${milliseconds}ms`;
    fill.style.transform = `scaleX(${share})`;
  }

  function jumpTo(share) {
    fillTo(share, 0);
    void fill.offsetWidth;
  }

  // Level by level: to the end of this one, over into the next, and there to its share.
  function roll(from, to, share) {
    const isUp = to > from;
    const pace = isUp ? ROLL_MS : FALL_MS / 2;
    if (from === to) {
      drawLevel(to);
      fillTo(share, ROLL_MS);
      return;
    }
    fillTo(isUp ? 1 : 0, pace);
    timer = setTimeout(() => {
      const next = isUp ? from + 1 : from - 1;
      drawLevel(next);
      jumpTo(isUp ? 0 : 1);
      roll(next, to, share);
    }, pace);
  }

  function move(value, share) {
    clearTimeout(timer);
    const isFirst = shown === null;
    const from = shown?.level ?? value;
    const isLess = !isFirst && value === from && share < shown.share;
    shown = { level: value, share };
    root.dataset.drawn = `${value}:${share}`;
    if (isFirst || calm() || document.hidden) {
      drawLevel(value);
      fillTo(share, isFirst ? 900 : 0);
    } else if (isLess) {
      fillTo(share, FALL_MS);
    } else {
      const start = value > from ? Math.max(from, value - MOST_ROLLS) : Math.min(from, value + MOST_ROLLS);
      roll(start, value, share);
    }
  }

  function update(sdr) {
    const size = sdr.xp_in_current_level + sdr.xp_to_next_level;
    const share = size > 0 ? sdr.xp_in_current_level / size : 0;
    if (shown?.level !== sdr.current_level || shown.share !== share) move(sdr.current_level, share);
    badge.setAttribute("aria-label", `Level ${sdr.current_level}`);
    bar.setAttribute("aria-valuemax", size);
    bar.setAttribute("aria-valuenow", sdr.xp_in_current_level);
    bar.setAttribute("aria-valuetext", `${number(sdr.xp_in_current_level)} of ${number(size)} XP`);
    setText(have, `${number(sdr.xp_in_current_level)} / ${number(size)} XP`);
    setText(need, `${number(sdr.xp_to_next_level)} to level ${sdr.current_level + 1}`);
  }

  return { root, update, dispose: () => clearTimeout(timer) };
}
