// The door: who may not come in (yet) is told why, and given the key to sign in or out.

const tag = new URL(import.meta.url).search;
const { h, icon, setText } = await import(`../dom.js${tag}`);

export function create({ assets, trigger }) {
  const title = h("h1", { class: "headline" });
  const advice = h("p", { class: "advice", dir: "auto", role: "status" });
  const key = h("button", { class: "key", type: "button", onclick: () => trigger(key.dataset.does, true) });
  const emblems = [3, 9, 6].map((order) => h("img", { src: assets(`emblems/${order}.svg`), alt: "", class: `emblem of-${order}` }));
  const root = h(
    "div",
    { class: "rift gate", "data-view": "gate" },
    h(
      "section",
      { class: "panel door" },
      h("div", { class: "emblems", "aria-hidden": "true" }, ...emblems),
      h("p", { class: "house" }, icon(assets, "mark", "mark"), "Project Rift"),
      title,
      advice,
      key,
    ),
  );
  return {
    root,
    update(data) {
      setText(title, data.title);
      setText(advice, data.advice);
      setText(key, data.signs_in ? "Sign in" : "Sign out");
      key.dataset.does = data.signs_in ? "sign_in" : "sign_out";
      key.classList.toggle("allow", data.signs_in);
      root.dataset.state = data.reason;
    },
    dispose() {},
  };
}
