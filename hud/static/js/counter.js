// A number that counts to its new value: lightly upwards, calmly downwards. With `cells` each digit has its own, so that a
// running number does not tremble. It begins at `first`; from null, its first value is written as it is.

const tag = new URL(import.meta.url).search;
const { calm, number, setText } = await import(`./dom.js${tag}`);

// A page in the background gets no animation frames: what is counting there is shown as it ends.
const counting = new Set();
document.addEventListener("visibilitychange", () => {
  if (document.hidden) for (const settle of counting) settle();
});

export function createCounter(element, { cells = false, first = 0, rise = 900, fall = 1800 } = {}) {
  let shown = first;
  let target = first;
  let frame = 0;

  function draw(value) {
    shown = value;
    const text = number(value);
    if (!cells) {
      setText(element, text);
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
    counting.delete(settle);
    element.classList.remove("rising");
  }

  function set(value) {
    value = Number(value ?? 0);
    if (value === target && (frame !== 0 || element.hasChildNodes())) return;
    target = value;
    element.dataset.value = String(value);
    stop();
    if (shown === null || calm() || document.hidden) {
      draw(value);
      return;
    }
    const from = shown;
    const start = performance.now();
    const length = value < from ? fall : rise;
    if (value > from) element.classList.add("rising");
    const step = (now) => {
      const part = Math.min(1, (now - start) / length);
      draw(Math.round(from + (value - from) * (1 - (1 - part) ** 3)));
      if (part < 1) frame = requestAnimationFrame(step);
      else stop();
    };
    counting.add(settle);
    frame = requestAnimationFrame(step);
  }

  function settle() {
    stop();
    draw(target);
  }

  return { set, dispose: stop };
}
