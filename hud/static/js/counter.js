// A number that counts to its new value. Each digit has its own cell, so that a running number does not tremble.

const tag = new URL(import.meta.url).search;
const { calm, number } = await import(`./dom.js${tag}`);

const DURATION = 900;

export function createCounter(element, { cells = false } = {}) {
  let shown = 0;
  let target = 0;
  let frame = 0;

  function draw(value) {
    shown = value;
    const text = number(value);
    if (!cells) {
      element.textContent = text;
      return;
    }
    while (element.childNodes.length > text.length) element.lastChild.remove();
    [...text].forEach((sign, place) => {
      const cell = element.childNodes[place] ?? element.appendChild(document.createElement("span"));
      cell.textContent = sign;
      cell.className = sign === "," ? "comma" : "digit";
    });
  }

  function set(value) {
    value = Number(value ?? 0);
    if (value === target && frame === 0 && element.hasChildNodes()) return;
    if (value === target && frame !== 0) return;
    target = value;
    element.dataset.value = String(value);
    cancelAnimationFrame(frame);
    frame = 0;
    // A page in the background gets no animation frames: it shows the truth at once.
    if (calm() || document.hidden) {
      draw(value);
      return;
    }
    const from = shown;
    const start = performance.now();
    const step = (now) => {
      const part = Math.min(1, (now - start) / DURATION);
      draw(Math.round(from + (value - from) * (1 - (1 - part) ** 3)));
      frame = part < 1 ? requestAnimationFrame(step) : 0;
    };
    frame = requestAnimationFrame(step);
  }

  const settle = () => {
    if (!document.hidden || frame === 0) return;
    cancelAnimationFrame(frame);
    frame = 0;
    draw(target);
  };
  document.addEventListener("visibilitychange", settle);
  return {
    set,
    dispose() {
      cancelAnimationFrame(frame);
      document.removeEventListener("visibilitychange", settle);
    },
  };
}
