// Celebrations over the page, one after the other: a card with what was reached, rays and shards around it.

const tag = new URL(import.meta.url).search;
const { h } = await import(`./dom.js${tag}`);

const DURATION = 3600;
const SHARDS = 22;

export function createCelebrations() {
  const root = h("div", { class: "celebrations", "aria-hidden": "true" });
  const queue = [];
  let timer = 0;

  function show() {
    root.replaceChildren();
    const next = queue.shift();
    timer = 0;
    if (!next) return;
    const shards = Array.from({ length: SHARDS }, (_, place) =>
      h("i", { class: "shard", style: `--turn:${(360 / SHARDS) * place}deg;--far:${13 + ((place * 7) % 10)}rem` }),
    );
    root.append(
      h(
        "div",
        { class: `celebration ${next.kind}` },
        h("div", { class: "rays" }),
        ...shards,
        h("div", { class: "prize" }, next.prize),
        h("p", { class: "shout" }, next.title),
        h("p", { class: "whisper", dir: "auto" }, next.text),
      ),
    );
    timer = setTimeout(show, DURATION);
  }

  return {
    root,
    add(celebration) {
      queue.push(celebration);
      if (!timer) show();
    },
    dispose() {
      clearTimeout(timer);
    },
  };
}
