// The way from page to page: a rail at the side, on a phone a bar at the bottom. Real links, so that they can be opened
// in another tab; a plain click stays in this one, and with it the permission for sounds.

const tag = new URL(import.meta.url).search;
const { h, icon, isPlain } = await import(`./dom.js${tag}`);

export function createRail({ assets, go }) {
  const list = h("ul");
  const root = h("nav", { class: "rail", "aria-label": "Pages" }, h("div", { class: "brand", "aria-hidden": "true" }, icon(assets, "mark", "mark"), h("span", {}, "Rift")), list);
  let drawn = "";

  function link({ slug, title, href }, current) {
    const anchor = h("a", { href, ...(slug === current ? { "aria-current": "page" } : {}) }, icon(assets, `page_${slug}`), h("span", {}, title));
    anchor.onclick = (click) => {
      if (!isPlain(click)) return;
      click.preventDefault();
      if (slug !== current) go(slug);
    };
    return h("li", {}, anchor);
  }

  return {
    root,
    update(pages, current) {
      const wanted = JSON.stringify([pages, current]);
      if (wanted === drawn) return;
      drawn = wanted;
      list.replaceChildren(...pages.map((page) => link(page, current)));
    },
  };
}
