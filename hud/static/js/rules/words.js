// Rules in words: moments with their zone, values, ranges.

const tag = new URL(import.meta.url).search;
const { number, plural } = await import(`../dom.js${tag}`);

export const VALUES = [
  ["gold_value", "Gold", "coin"],
  ["xp_value", "XP", "event"],
  ["rank_points", "Rank points", "page_arena"],
];

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

// The receiver takes no earlier moment, and no event is from before it.
export const SINCE_EVER = "2000-01-01T00:00:00Z";

export function moment(seconds) {
  const at = new Date(seconds * 1000);
  return at.toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
}

export const began = (version) => (version.effective_from === null || version.effective_from <= Date.parse(SINCE_EVER) / 1000 ? "always" : `from ${moment(version.effective_from)}`);
export const ended = (version) => (version.effective_to === null ? "" : ` up to ${moment(version.effective_to)}`);

export const worth = (rule) => `${number(rule.gold_value)} gold, ${number(rule.xp_value)} XP, ${plural(rule.rank_points, "rank point", "rank points")}`;
