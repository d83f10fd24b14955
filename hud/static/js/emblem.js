// What shows a rank tier: its emblem and its colour.

const known = (order) => Math.min(9, Math.max(0, order));

export const emblemUrl = (assets, order) => assets(`emblems/${known(order)}.svg`);
export const tierColour = (order) => `var(--tier-${known(order)})`;

// The same address set again would make the browser load it again.
export function setEmblem(img, assets, order) {
  const url = emblemUrl(assets, order);
  if (img.src !== url) img.src = url;
}
