// Every text in the window with its colour and its place; and a way to see what is behind them all.
(() => {
  const root = document.querySelector("[data-testid=stBidiComponentIsolated]").shadowRoot;
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const hidden = document.createElement("style");
  hidden.textContent = "* { color: transparent !important; text-shadow: none !important; }";

  // Whatever way a style sheet wrote it.
  function colourOf(node) {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = getComputedStyle(node).color;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  }

  // The node's own words, as far as it lets them be seen.
  function placeOf(node) {
    const boxes = [...node.childNodes].filter((child) => child.nodeType === 3 && child.data.trim()).map((child) => {
      const range = document.createRange();
      range.selectNode(child);
      return range.getBoundingClientRect();
    });
    if (getComputedStyle(node).overflowX === "visible") return union(boxes);
    const { left, top, right, bottom } = node.getBoundingClientRect();
    const inside = union(boxes);
    return { left: Math.max(left, inside.left), top: Math.max(top, inside.top), right: Math.min(right, inside.right), bottom: Math.min(bottom, inside.bottom) };
  }

  const union = (boxes) => ({
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  });

  function texts() {
    const nodes = [...root.querySelectorAll(".rift *")].filter(
      (node) => !node.closest("svg, .quiet, .celebrations, .moments, .skip") && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()),
    );
    return nodes.flatMap((node) => {
      const { left, top, right, bottom } = placeOf(node);
      const isInside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && right - left > 2 && bottom - top > 2;
      // Something may cover it, or a scrolling box may end before it.
      const hit = isInside ? root.elementFromPoint((left + right) / 2, (top + bottom) / 2) : null;
      if (!hit || !(hit === node || node.contains(hit))) return [];
      const { fontSize, fontWeight, opacity } = getComputedStyle(node);
      const isLarge = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700);
      const name = `${node.getAttribute("class") || node.tagName} "${node.textContent.trim().slice(0, 24)}"`;
      return [{ name, isLarge, opacity: Number(opacity), colour: colourOf(node), box: [left, top, right, bottom].map(Math.round) }];
    });
  }

  window.contrast = { texts, hide: () => root.append(hidden), show: () => hidden.remove() };
})();
