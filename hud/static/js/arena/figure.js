// A figure of a row: written as it is when the row appears, counted to its new value afterwards.

const tag = new URL(import.meta.url).search;
const { calm, number, setText } = await import(`../dom.js${tag}`);

const DURATION = 700;

export function createFigure(element) {
  let shown = null;
  let target = null;
  let frame = 0;

  return {
    set(value) {
      value = Number(value ?? 0);
      if (value === target) return;
      target = value;
      element.dataset.value = String(value);
      cancelAnimationFrame(frame);
      if (shown === null || calm() || document.hidden) {
        shown = value;
        setText(element, number(value));
        return;
      }
      const from = shown;
      const start = performance.now();
      const step = (now) => {
        const part = Math.min(1, (now - start) / DURATION);
        shown = Math.round(from + (value - from) * (1 - (1 - part) ** 3));
        setText(element, number(shown));
        if (part < 1) frame = requestAnimationFrame(step);
      };
      frame = requestAnimationFrame(step);
    },
    dispose: () => cancelAnimationFrame(frame),
  };
}
