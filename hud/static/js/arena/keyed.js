// A list of elements by key whose members change places smoothly: first, last, invert, play.

const tag = new URL(import.meta.url).search;
const { calm } = await import(`../dom.js${tag}`);

const DURATION = 650;
const EASING = "cubic-bezier(.3, .9, .25, 1)";

/** `create(item)` gives { element, update(item), dispose?() }; the items of `update` are drawn in their order. */
export function createKeyed(list, { keyOf, create }) {
  const parts = new Map();

  function place(items) {
    items.forEach((item, index) => {
      const { element } = parts.get(keyOf(item));
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
    });
  }

  return {
    update(items, { still = false } = {}) {
      const keys = items.map(keyOf);
      // To measure costs the browser a layout, at every poll: not while all stand where they stood.
      const stays = keys.length === list.children.length && keys.every((key, index) => parts.get(key)?.element === list.children[index]);
      const moves = !stays && !still && !calm() && !document.hidden && list.isConnected;
      const before = new Map();
      if (moves) for (const [key, { element }] of parts) before.set(key, [element.offsetLeft, element.offsetTop]);
      // An element that moves in the document loses the focus.
      const focused = list.getRootNode().activeElement;
      const wanted = new Set(keys);
      for (const [key, part] of parts) {
        if (wanted.has(key)) continue;
        part.dispose?.();
        part.element.remove();
        parts.delete(key);
      }
      for (const item of items) {
        if (!parts.has(keyOf(item))) parts.set(keyOf(item), create(item));
        parts.get(keyOf(item)).update(item);
      }
      place(items);
      if (focused && list.contains(focused) && list.getRootNode().activeElement !== focused) focused.focus({ preventScroll: true });
      if (!moves) return;
      for (const [key, { element }] of parts) {
        const [left, top] = before.get(key) ?? [];
        if (left === undefined) {
          if (before.size) element.animate([{ opacity: 0 }, { opacity: 1 }], { duration: DURATION });
          continue;
        }
        const [x, y] = [left - element.offsetLeft, top - element.offsetTop];
        if (!x && !y) continue;
        // Who climbs passes over those who fall.
        const zIndex = y > 0 ? 2 : 1;
        element.animate([{ transform: `translate(${x}px, ${y}px)`, zIndex }, { transform: "none", zIndex }], { duration: DURATION, easing: EASING });
      }
    },
    dispose() {
      for (const part of parts.values()) part.dispose?.();
    },
  };
}
