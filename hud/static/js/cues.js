// What is new between looks at one SDR: told by the ids of events, so that +100 and -100 in one look are two things.

// Longer than a tab in the background sleeps between two looks (a minute): what is older is history, not news.
const NEWS_SECONDS = 90;
// A door stamps an event a moment before it is there to be read.
const LANDING_SECONDS = 15;
// An event that happened long ago lands outside the feed, and its id may come some looks after its gold.
const PATIENCE = 6;
const MOST_KNOWN = 2000;

/**
 * The books of one screen: `look(sdr, landed)` returns null when there is nothing to compare with (the first look, another
 * SDR, a long silence), else { gains, losses, level, rank }: the new events that earn, what was taken back and why, and
 * whether the level and the rank rose.
 */
export function createLedger() {
  let last = null;
  let since = 0;
  let known = new Set();
  let held = null;
  // What the totals moved and no event explains yet.
  let owed = { gold: 0, xp: 0 };
  let reversals = [];
  // Events that came as already taken back: nobody saw their gold, so nothing is missing for them.
  let undone = 0;
  let looksInDebt = 0;

  function open(sdr, landed, ids) {
    last = sdr;
    since = sdr.as_of - LANDING_SECONDS;
    known = new Set(ids);
    held = landed;
    owed = { gold: 0, xp: 0 };
    reversals = [];
    undone = 0;
    looksInDebt = 0;
    return null;
  }

  // Landings are asked apart from the figures: one that the figures may not hold yet waits for the next look.
  function seen(sdr, landed) {
    const usable = [landed, held].find((list) => list && list.as_of <= sdr.as_of);
    held = landed;
    return [...sdr.feed, ...(usable?.events ?? [])];
  }

  function look(sdr, landed) {
    const events = seen(sdr, landed);
    const ids = events.map((event) => event.event_id);
    if (!last || last.user_id !== sdr.user_id || sdr.as_of - last.as_of > NEWS_SECONDS) return open(sdr, landed, [...ids, ...(landed?.events ?? []).map((event) => event.event_id)]);
    const before = last;
    last = sdr;
    const fresh = newest(events);
    if (known.size > MOST_KNOWN) known = new Set(ids);
    const gains = fresh.filter((event) => !event.is_reversal && !event.is_reversed);
    undone += fresh.filter((event) => event.is_reversed).length;
    reversals.push(...fresh.filter((event) => event.is_reversal));
    owed.gold += sdr.total_gold - before.total_gold - sum(gains, "gold_value");
    owed.xp += sdr.total_xp - before.total_xp - sum(gains, "xp_value");
    return {
      gains: gains.reverse(),
      losses: losses(sdr, before),
      level: sdr.current_level > before.current_level,
      rank: sdr.current_rank_order > before.current_rank_order,
    };
  }

  function newest(events) {
    const fresh = [];
    for (const event of events) {
      if (known.has(event.event_id)) continue;
      known.add(event.event_id);
      if (event.received_at >= since) fresh.push(event);
    }
    return fresh;
  }

  function losses(sdr, before) {
    const isEven = owed.gold === 0 && owed.xp === 0;
    const isPaid = reversals.length > 0 && (owed.gold < 0 || owed.xp < 0 || (isEven && undone >= reversals.length));
    const isOpen = reversals.length > 0 || !isEven;
    looksInDebt = isOpen ? looksInDebt + 1 : 0;
    if (!isPaid && looksInDebt < PATIENCE) return [];
    const loss = { reasons: reversals, gold: owed.gold, xp: owed.xp, rank: sdr.current_rank_order < before.current_rank_order ? sdr.current_rank : null };
    reversals = [];
    undone = 0;
    owed = { gold: 0, xp: 0 };
    looksInDebt = 0;
    return [loss];
  }

  return { look };
}

const sum = (events, field) => events.reduce((total, event) => total + event[field], 0);

/** What of these news deserves a sound, in the order in which it is played. `key` names it once for the whole browser. */
export function cuesOf({ gains, level, rank }, sdr, week) {
  return [
    ...gains.filter((event) => event.gold_value > 0).map((event) => ({ kind: "gold", key: event.event_id })),
    ...gains.filter((event) => event.event_type === "meeting_booked").map((event) => ({ kind: "meeting", key: event.event_id })),
    ...(level ? [{ kind: "level", key: `level:${sdr.user_id}:${sdr.current_level}` }] : []),
    ...(rank ? [{ kind: "rank", key: `rank:${sdr.user_id}:${week}:${sdr.current_rank_order}` }] : []),
  ];
}
