// The choice of a board: tabs as the ARIA practices have them. Arrows, Home and End move and choose.

const tag = new URL(import.meta.url).search;
const { h } = await import(`../dom.js${tag}`);

export function createTabs({ choices, label, controls, choose }) {
  const tabs = choices.map(([value, words]) => {
    const tab = h("button", { type: "button", role: "tab", id: `rift-tab-${value}`, "aria-controls": controls, class: "tab" }, words);
    tab.onclick = () => pick(value);
    return [value, tab];
  });
  const root = h("div", { role: "tablist", class: "tabs", "aria-label": label }, ...tabs.map(([, tab]) => tab));
  let chosen = null;

  root.addEventListener("keydown", (press) => {
    const at = tabs.findIndex(([value]) => value === chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[press.key];
    if (to === undefined) return;
    press.preventDefault();
    const [value, tab] = tabs[(to + tabs.length) % tabs.length];
    tab.focus();
    pick(value);
  });

  function pick(value) {
    if (value === chosen) return;
    show(value);
    choose(value);
  }

  function show(value) {
    chosen = value;
    for (const [name, tab] of tabs) {
      tab.setAttribute("aria-selected", String(name === value));
      tab.tabIndex = name === value ? 0 : -1;
    }
  }

  return { root, show, idOf: (value) => `rift-tab-${value}` };
}
