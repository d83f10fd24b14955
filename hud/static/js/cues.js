// What is worth a sound or a celebration between two looks at the same SDR. Losses are never a cue.

export function newEvents(before, after) {
  const seen = new Set(before.feed.map((event) => event.event_id));
  const newest = Math.max(0, ...before.feed.map((event) => event.received_at));
  return after.feed.filter((event) => !seen.has(event.event_id) && event.received_at >= newest);
}

export function cuesBetween(before, after) {
  const scored = newEvents(before, after).filter((event) => !event.is_reversal && !event.is_reversed);
  const cues = [];
  if (after.total_gold > before.total_gold || scored.some((event) => event.gold_value > 0)) cues.push("gold");
  if (after.meetings_booked > before.meetings_booked || scored.some((event) => event.event_type === "meeting_booked"))
    cues.push("meeting");
  if (after.current_level > before.current_level) cues.push("level");
  if (after.current_rank_order > before.current_rank_order) cues.push("rank");
  return cues;
}
