// A number that counts to its new value: lightly upwards, calmly downwards. Each digit has its own cell, so that a running
// number does not tremble.

const tag = new URL(import.meta.url).search;
const { calm, number } = await import(`./dom.js${tag}`);

const RISE = 900;
const FALL = 1800;

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

  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    element.classList.remove("rising");
  }

  function set(value) {
    value = Number(value ?? 0);
    if (value === target && (frame !== 0 || element.hasChildNodes())) return;
    target = value;
    element.dataset.value = String(value);
    stop();
    // A page in the background gets no animation frames: it shows the truth at once.
    if (calm() || document.hidden) {
      draw(value);
      return;
    }
    const from = shown;
    const start = performance.now();
    const length = value < from ? FALL : RISE;
    if (value > from) element.classList.add("rising");
    const step = (now) => {
      const part = Math.min(1, (now - start) / length);
      draw(Math.round(from + (value - from) * (1 - (1 - part) ** 3)));
      if (part < 1) frame = requestAnimationFrame(step);
      else stop();
    };
    frame = requestAnimationFrame(step);
  }

  const settle = () => {
    if (!document.hidden || frame === 0) return;
    stop();
    draw(target);
  };
  document.addEventListener("visibilitychange", settle);
  return {
    set,
    dispose() {
      stop();
      document.removeEventListener("visibilitychange", settle);
    },
  };
}
