// Figures and places, in signs and in words.

const tag = new URL(import.meta.url).search;
const { number } = await import(`../dom.js${tag}`);

const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th" };
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

export const ordinal = (value) => `${number(value)}${ENDINGS[ordinals.select(value)]}`;
export const day = (date) => new Date(`${date}T12:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

// A place that is shared has a "=" before it.
export const placeSign = ({ position, tied }) => `${tied ? "=" : ""}${position}`;
export const placeWords = ({ position, tied }) => `${tied ? "Shared place" : "Place"} ${position}`;
