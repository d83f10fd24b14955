// What is wrong with the look of a page: asked in the browser, which knows where everything is.
(() => {
  const root = document.querySelector("[data-testid=stBidiComponentIsolated]").shadowRoot;
  const EVERYWHERE = { left: -1e9, right: 1e9, top: -1e9, bottom: 1e9, fixed: false, scrolls: false };
  const OVERLAYS = ".quiet, .celebrations, .moments, .skip, [data-overlay]";
  const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (node) => `${node.tagName.toLowerCase()}.${node.getAttribute("class") ?? ""} "${node.textContent.trim().slice(0, 24)}"`;

  const cut = (one, two) => ({
    left: Math.max(one.left, two.left),
    right: Math.min(one.right, two.right),
    top: Math.max(one.top, two.top),
    bottom: Math.min(one.bottom, two.bottom),
    fixed: one.fixed,
    scrolls: one.scrolls,
  });
  const isThere = (box) => box.right - box.left > 1 && box.bottom - box.top > 1;

  function faults() {
    const views = new Map();
    // Through what the inside of a node is seen: every box around it that clips. What hangs in the window while the page
    // scrolls may well be over something.
    function view(node) {
      if (!node || node === root || !node.getBoundingClientRect) return EVERYWHERE;
      if (views.has(node)) return views.get(node);
      const style = getComputedStyle(node);
      const above = view(node.parentElement);
      const fixed = above.fixed || style.position === "fixed" || style.position === "sticky";
      const around = { ...above, fixed, scrolls: above.scrolls || /auto|scroll/.test(style.overflow) };
      const clips = style.display !== "contents" && (style.overflowX !== "visible" || style.clipPath !== "none");
      const found = clips ? cut(around, node.getBoundingClientRect()) : around;
      views.set(node, found);
      return found;
    }
    const boxOf = (node) => [{ ...cut(view(node.parentElement), node.getBoundingClientRect()), fixed: view(node).fixed }];

    // The lines of a node's own words; a line's box is higher than its letters.
    function linesOf(node) {
      const air = 0.25 * parseFloat(getComputedStyle(node).fontSize);
      const words = [...node.childNodes].filter((child) => child.nodeType === 3 && child.data.trim());
      return words.flatMap((word) => {
        const range = document.createRange();
        range.selectNode(word);
        return [...range.getClientRects()].map(({ left, right, top, bottom }) => cut(view(node), { left, right, top: top + air, bottom: bottom - air }));
      });
    }

    const found = [];
    function crossing(kind, nodes, measure) {
      const boxes = nodes.flatMap((node) => measure(node).map((box) => [node, box])).filter(([, box]) => isThere(box));
      boxes.sort((one, two) => one[1].top - two[1].top);
      boxes.forEach(([a, one], place) => {
        for (let next = place + 1; next < boxes.length && boxes[next][1].top < one.bottom - 1; next += 1) {
          const [b, two] = boxes[next];
          const apart = one.fixed !== two.fixed || a.contains(b) || b.contains(a) || one.left >= two.right - 1 || two.left >= one.right - 1;
          if (!apart) found.push(`${kind} cross: ${name(a)} / ${name(b)}`);
        }
      });
    }

    if (document.documentElement.scrollWidth > innerWidth) found.push(`scrolls sideways, ${document.documentElement.scrollWidth} pixels`);
    const nodes = [...root.querySelectorAll(".rift *")].filter((node) => shown(node) && !node.closest(OVERLAYS) && !node.closest("svg"));
    for (const node of nodes) {
      const [box] = boxOf(node);
      if (isThere(box) && (box.right > innerWidth + 1 || box.left < -1)) found.push(`outside the window: ${name(node)}`);
    }
    const texts = nodes.filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
    for (const node of texts) {
      // What nobody can scroll to is lost.
      if (isThere(node.getBoundingClientRect()) && !linesOf(node).some(isThere) && !view(node).scrolls) found.push(`cut off: ${name(node)}`);
    }
    crossing("panels", nodes.filter((node) => node.matches(".panel")), boxOf);
    crossing("parts of the bar", nodes.filter((node) => node.parentElement.matches(".bar")), boxOf);
    crossing("texts", texts, linesOf);
    return [...new Set(found)].slice(0, 12);
  }

  // What may show the focus: on the control itself or on what is close around it.
  function marks(node) {
    const found = [];
    for (let place = node, steps = 0; place instanceof Element && steps < 4; place = place.parentElement, steps += 1) {
      for (const part of [null, "::before", "::after"]) {
        const style = getComputedStyle(place, part);
        found.push(style.outlineStyle, style.boxShadow, style.borderColor, style.backgroundColor, style.clipPath);
      }
    }
    return found.join();
  }

  // The stop of the keyboard: noted, and whether the eye finds it.
  const stops = new Set();
  function stop() {
    const node = root.activeElement;
    if (!node) return [...unreached()].length === 0 ? "done" : "outside";
    stops.add(node);
    const focused = marks(node);
    node.blur();
    const blurred = marks(node);
    node.focus({ preventScroll: true, focusVisible: true });
    return focused !== blurred ? "seen" : `the focus is not seen: ${node.outerHTML.slice(0, 120)}`;
  }

  // Radio buttons, tabs and the like share one stop.
  function unreached() {
    return [...root.querySelectorAll(CONTROLS)]
      .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.disabled && node.tabIndex >= 0)
      .filter((node) => node.type !== "radio" || node.checked)
      .filter((node) => !stops.has(node))
      .map((node) => `not reached: ${node.outerHTML.slice(0, 120)}`);
  }

  window.looks = { faults, stop, unreached };
})();
