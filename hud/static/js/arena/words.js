// Figures and names inside sentences.

const tag = new URL(import.meta.url).search;
const { number } = await import(`../dom.js${tag}`);

const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th" };
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

export const ordinal = (value) => `${number(value)}${ENDINGS[ordinals.select(value)]}`;
export const decimal = (value) => Number(value ?? 0).toLocaleString("en-US", { maximumFractionDigits: 2 });
export const day = (date) => new Date(`${date}T12:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
