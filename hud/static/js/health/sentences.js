// What the figures mean, in sentences. Each is a card: { key, title, level, text, next, how, command, facts }; a level is
// well, rest (nothing to say yet), look or wrong. Pure: `now` is the database's clock in seconds since 1970.

const tag = new URL(import.meta.url).search;
const { ago, number, plural, span } = await import(`../dom.js${tag}`);

const DAY = 86_400;
// The cache is behind for seconds while Dagster settles; minutes mean that nobody does.
const CACHE_SECONDS = 180;
// Longer than a weekend.
const SILENCE_SECONDS = 3 * DAY;
// A build every minute is noted every quarter of an hour, and an audit is made every night: twice that without a note,
// while events come, is odd.
const QUICK = {
  key: "checks",
  title: "Checks",
  job: "build_job",
  one: "quick check",
  many: "quick checks",
  of: "the figures",
  longest: 1800,
  first: "They run by themselves, within minutes of the first event.",
};
const AUDIT = {
  key: "audit",
  title: "Nightly audit",
  job: "audit_job",
  one: "check of history",
  many: "checks of history",
  of: "history",
  longest: 2 * DAY,
  first: "It runs every night, and compares each figure with what was sent.",
};

const WATCH = {
  key: "watch",
  title: "Hourly look",
  job: "watch_job",
  one: "check of samples and sources",
  many: "checks of samples and sources",
  of: "samples and sources",
  longest: 3 * 3600,
  first: "It comes once an hour: a sample is computed from raw again, and sources are looked at.",
  tells: true,
};

const STATUS = ".venv/bin/rift status";
const day = (seconds) => new Date(seconds * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "long" });
const date = (text) => day(Date.parse(`${text}T12:00:00Z`) / 1000);
const time = (seconds) => (seconds ? new Date(seconds * 1000).toLocaleString("en-GB") : "never");

export function cards(data, now) {
  return [fresh(data, now), cache(data, now), refused(data), values(data), people(data), checked(QUICK, data, now), checked(WATCH, data, now), checked(AUDIT, data, now), weeks(data)];
}

function fresh(data, now) {
  const at = data.last_event_at;
  const facts = [["Newest event received", time(at)], ["Events of the last hour", data.last_hour === null ? "not counted in time" : number(data.last_hour)]];
  const card = { key: "fresh", title: "Live figures", facts };
  if (data.state !== "live")
    return { ...card, level: "wrong", text: "The database does not answer: these are the last figures it gave.", next: "Tell whoever runs Rift.", how: "See which part is down:", command: STATUS };
  if (at === null || at === undefined) return { ...card, level: "rest", text: "No event has arrived yet.", next: "The figures begin with the first one.", how: "Enter one by hand:", command: ".venv/bin/rift log call_dial" };
  const what = data.last_event_label ? ` (${data.last_event_label})` : "";
  if (now - at > SILENCE_SECONDS)
    return { ...card, level: "look", text: `Nothing has arrived for ${span(now - at)}.`, next: "If people are at work, ask whoever runs their systems.", how: "See whether the receiver runs:", command: STATUS };
  return { ...card, level: "well", text: `Figures are live: the last event${what} arrived ${ago(now - at)}.` };
}

// What is computed ahead (the cache up to the watermark), in words of what it is for.
function cache(data, now) {
  const count = data.tail_event_count;
  const behind = (data.tail_age_seconds ?? 0) + Math.max(0, now - data.as_of);
  const settled = data.watermark_settled_at;
  const facts = [["Computed ahead", time(settled)], ["Events since", number(count)], ["Oldest of them", count ? `${span(behind)} old` : "none"]];
  const card = { key: "cache", title: "Speed of pages", facts };
  if (!count) return { ...card, level: settled ? "well" : "rest", text: settled ? "Everything that has arrived is computed ahead." : "There is nothing to compute yet." };
  const text = `What is computed ahead is ${span(behind)} behind (${plural(count, "event", "events")}); every figure counts them all the same.`;
  if (behind <= CACHE_SECONDS) return { ...card, level: "well", text };
  return { ...card, level: "look", text, next: "Pages get slower while it waits.", how: "See whether Dagster runs:", command: STATUS };
}

function refused(data) {
  const count = data.rejected_event_count;
  const card = { key: "refused", title: "Deliveries", facts: [["Refused and waiting", number(count)]] };
  if (!count) return { ...card, level: "well", text: "No delivery is waiting: none was refused." };
  const text = `${plural(count, "delivery was", "deliveries were")} refused and ${count === 1 ? "is" : "are"} in no figure.`;
  return { ...card, level: "look", text, next: "Nothing is lost: each can be landed once its cause is mended.", how: "See why, then land what can be:", command: ".venv/bin/rift rejected list" };
}

function values(data) {
  const found = data.unmapped;
  const card = { key: "unmapped", title: "Sales tools", facts: [["Objects that tell of no event", number(data.unmapped_object_count)]] };
  if (!found) return { ...card, level: "rest", text: "What the sales tools send could not be counted in time." };
  if (!found.value_count) return { ...card, level: "well", text: "Rift understands everything that the sales tools send." };
  for (const one of found.examples) card.facts.push([`${one.source} \u00b7 ${one.object_type} \u00b7 ${one.field}`, `${one.value} (${number(one.item_count)})`]);
  const text = `Sales tools send ${plural(found.value_count, "value that Rift does not know, so it scores", "values that Rift does not know, so they score")} nothing.`;
  return { ...card, level: "look", text, next: "Say what each means, or that it means nothing.", how: "A row for each in", command: "dbt_project/seeds/vendor_mappings.csv" };
}

function people(data) {
  const count = data.unknown_sdr_count;
  const card = { key: "unknown", title: "Roster", facts: (data.unknown ?? []).map((id) => ["Unknown id", id]) };
  const load = { how: "Add them to the file, and load it:", command: ".venv/bin/rift roster load people.csv" };
  if (count) {
    const text = `${plural(count, "id is", "ids are")} on no roster; ${count === 1 ? "its" : "their"} events count under Unassigned.`;
    return { ...card, ...load, level: "look", text, next: "Say who they are, and in which team." };
  }
  if (data.roster_count === 0) return { ...card, ...load, level: "rest", text: "The roster is empty.", next: "With it come names and teams." };
  return { ...card, level: "well", text: "Everybody who scores is on the roster." };
}

// `tells`: no other card says what these checks warn of.
function checked({ key, title, job, one: check, many: checks, of, longest, first, tells }, data, now) {
  const card = { key, title, facts: [], operators: true };
  const run = data.checks?.find((one) => one.job_name === job);
  if (!run) return { ...card, level: "rest", text: `No ${check} is noted yet.`, next: first };
  card.facts = [["Passed", number(run.passed_count)], ["Warned", number(run.warned_count)], ["Failed", number(run.failed_count)], ["Ended", time(run.ended_at)], ["Run", run.run_id]];
  for (const one of run.failures) card.facts.push([one.is_warning ? "Warns" : "Fails", one.name]);
  const when = ago(now - run.ended_at);
  if (run.failed_count) {
    const worst = run.failures.find((one) => !one.is_warning);
    const more = run.failed_count > 1 ? ` And ${number(run.failed_count - 1)} more.` : "";
    return { ...card, level: "wrong", text: `${plural(run.failed_count, `${check} fails`, `${checks} fail`)}: not true is \u201c${worst.words}\u201d.${more}`, next: `Noted ${when}. Ask whoever runs Rift.`, how: "Compute everything anew:", command: ".venv/bin/rift rebuild" };
  }
  if (!run.is_finished) return { ...card, level: "look", text: `The last run of the ${checks} broke off ${when}.`, next: "Tell whoever runs Rift.", how: "Its log is in Dagster. See which part is down:", command: STATUS };
  if (now - run.ended_at > longest && data.last_event_at > run.ended_at + longest)
    return { ...card, level: "look", text: `Nobody has checked ${of} for ${span(now - run.ended_at)}, though events have arrived.`, next: "Tell whoever runs Rift.", how: "See whether Dagster runs:", command: STATUS };
  if (tells && run.warned_count) {
    const more = run.warned_count > 1 ? ` And ${number(run.warned_count - 1)} more.` : "";
    return { ...card, level: "look", text: `Not true is \u201c${run.failures[0].words}\u201d.${more}`, next: `Noted ${when}. The figures are right all the same: ask whoever runs Rift.`, how: "See what is wrong, and how to mend it:", command: ".venv/bin/rift doctor" };
  }
  const all = key === "audit" ? `History agrees with what was sent: ${plural(run.passed_count, "check", "checks")} passed` : `All ${plural(run.passed_count + run.warned_count, check, checks)} ${run.warned_count ? "ran" : "passed"}`;
  const warned = run.warned_count ? `, ${plural(run.warned_count, "warns", "warn")} of what other cards say` : "";
  const since = run.passing_since_at && now - run.passing_since_at > DAY ? `; no failure since ${day(run.passing_since_at)}` : "";
  return { ...card, level: "well", text: `${all} ${when}${warned}${since}.` };
}

function weeks(data) {
  const week = data.publication;
  const card = { key: "weeks", title: "Published weeks", facts: [] };
  if (!week) return { ...card, level: "rest", text: "The published weeks could not be read in time." };
  if (week.week_start_date)
    card.facts = [["Published", time(week.published_at)], ["SDRs", number(week.sdr_count)], ["Meetings booked", number(week.meetings_booked)], ["Changes since", number(week.restatement_count)]];
  if (week.overdue_week) return { ...card, level: "look", text: `The week of ${date(week.overdue_week)} is over and not published yet.`, next: "It comes by itself, or whoever runs Rift publishes it.", how: "Publish it by hand:", command: ".venv/bin/rift publish" };
  if (!week.week_start_date) return { ...card, level: "rest", text: "No week has been published yet: the first is once it is over everywhere and its grace has passed." };
  const told = `The week of ${date(week.week_start_date)} is published.`;
  if (!week.restatement_count) return { ...card, level: "well", text: `${told} Nothing has changed since.` };
  const since = plural(week.restatement_count, "change", "changes");
  return { ...card, level: "look", text: `${told} ${since} since it was announced.`, next: "The next report tells each with its cause." };
}
