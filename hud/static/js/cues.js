// What is new between looks at one SDR: told by the ids of events, so that +100 and -100 in one look are two things.

const MOST_KNOWN = 2000;

/**
 * The books of one screen: `look(sdr, newsSeconds)` returns null when there is nothing to compare with (the first look,
 * another SDR, a long silence), else { gains, rest, losses, level, rank }: the new events that earn, what those earn that are
 * too many to be listed, what was taken back and why, and whether the level and the rank rose.
 *
 * Figures, feed and landings of a look are of one moment, so what the totals moved is explained within that look or never.
 */
export function createLedger() {
  let last = null;
  let since = 0;
  // Of each event that was seen, what it earned, or null once it is taken back (or takes back).
  let known = new Map();

  function look(sdr, newsSeconds) {
    const events = new Map([...sdr.feed, ...sdr.landed].map((event) => [event.event_id, event]));
    const before = last;
    last = sdr;
    if (!before || before.user_id !== sdr.user_id || sdr.as_of - before.as_of > newsSeconds) {
      since = sdr.as_of - newsSeconds;
      known = new Map();
      events.forEach(remember);
      return null;
    }
    const { fresh, turned } = compare([...events.values()]);
    if (known.size > MOST_KNOWN) {
      known = new Map();
      events.forEach(remember);
    }
    const isSameWeek = sdr.week === before.week;
    const fell = isSameWeek && sdr.current_rank_order < before.current_rank_order ? sdr.current_rank : null;
    const gains = fresh.filter((event) => isStanding(event)).reverse();
    const moved = { gold: sdr.total_gold - before.total_gold, xp: sdr.total_xp - before.total_xp };
    const landed = new Set(sdr.landed.map((event) => event.event_id));
    const isHeap = fresh.length > 0 && sdr.landed_count > landed.size;
    return {
      gains,
      ...settle(minus(moved, sumOf(gains)), { fresh, turned, landed, isHeap, fell }),
      level: sdr.current_level > before.current_level,
      // On Monday the rank starts anew: neither a loss nor a feast.
      rank: isSameWeek && sdr.current_rank_order > before.current_rank_order,
    };
  }

  const remember = (event) => known.set(event.event_id, isStanding(event) ? event : null);

  // Which events are new, and which ones that stood at the last look were taken back since, by whomever.
  function compare(events) {
    const fresh = [];
    const turned = [];
    for (const event of events) {
      if (!known.has(event.event_id)) {
        if (event.received_at >= since) fresh.push(event);
      } else if (known.get(event.event_id) && event.is_reversed) turned.push(known.get(event.event_id));
      remember(event);
    }
    return { fresh, turned };
  }

  return { look };
}

/** What the listed gains leave of a movement: the rest of a heap, what was taken back and why, and what nothing explains. */
function settle(left, { fresh, turned, landed, isHeap, fell }) {
  const reasons = reasonsOf(fresh, turned, landed, left);
  // What stood at the last look is known exactly; else, unless gains hide it, all that is missing was taken back.
  const isExact = turned.length + undone(fresh) >= reasons.length || left.gold > 0 || left.xp > 0;
  const lost = reasons.length === 0 ? NOTHING : isExact ? minus(NOTHING, sumOf(turned)) : left;
  const other = minus(left, lost);
  const rest = isHeap && !isEven(other) && other.gold >= 0 && other.xp >= 0 ? other : null;
  const losses = [];
  if (reasons.length > 0) losses.push({ reasons, ...lost, rank: fell });
  if (!rest && !isEven(other)) losses.push({ reasons: [], ...other, rank: reasons.length > 0 ? null : fell });
  return { rest, losses };
}

// A reversal is a reason where something is missing, or where it undid what came with it. Only landings know whose work a
// reversal took back: in the feed it stands with whoever posted it.
function reasonsOf(fresh, turned, landed, left) {
  const reversals = fresh.filter((event) => event.is_reversal && landed.has(event.event_id)).map((event) => event.event_label);
  const isMissing = turned.length > 0 || left.gold < 0 || left.xp < 0;
  if (!isMissing) return undone(fresh) >= reversals.length ? reversals : [];
  return [...reversals, ...turned.slice(reversals.length).map((event) => `${event.event_label} taken back`)];
}

const NOTHING = { gold: 0, xp: 0 };
const undone = (fresh) => fresh.filter((event) => event.is_reversed).length;
const isEven = ({ gold, xp }) => gold === 0 && xp === 0;
const isStanding = (event) => !event.is_reversal && !event.is_reversed;
const minus = (one, other) => ({ gold: one.gold - other.gold, xp: one.xp - other.xp });
const sumOf = (events) => ({ gold: sum(events, "gold_value"), xp: sum(events, "xp_value") });
const sum = (events, field) => events.reduce((total, event) => total + event[field], 0);

/** What names a new rank once for the whole browser. */
export const rankKey = (user, week, order) => `rank:${user}:${week}:${order}`;

/** What of these news deserves a sound, in the order in which it is played. `key` names it once for the whole browser. */
export function cuesOf({ gains, level, rank }, sdr) {
  return [
    ...gains.filter((event) => event.gold_value > 0).map((event) => ({ kind: "gold", key: event.event_id })),
    ...gains.filter((event) => event.event_type === "meeting_booked").map((event) => ({ kind: "meeting", key: event.event_id })),
    ...(level ? [{ kind: "level", key: `level:${sdr.user_id}:${sdr.current_level}` }] : []),
    ...(rank ? [{ kind: "rank", key: rankKey(sdr.user_id, sdr.week, sdr.current_rank_order) }] : []),
  ];
}
