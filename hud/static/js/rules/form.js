// The forge: what a type is to be worth, from when and until when. It keeps what was entered whatever the receiver
// answers. The secret stays in its field, goes out with a request and nowhere else, and is gone when the page is left.

const tag = new URL(import.meta.url).search;
const [{ h, icon, setText }, { SINCE_EVER, VALUES, ZONE, moment }] = await Promise.all([import(`../dom.js${tag}`), import(`./words.js${tag}`)]);

const WEEKS = [1, 4, 8, 12];

export function createForm({ assets, onPreview, onSave, onTyped }) {
  const problems = {};
  const inputs = {};

  // Where it is said what is wrong with an input.
  function problemOf(name, input) {
    const problem = h("span", { class: "problem", id: `rift-problem-${name}` });
    input.id = `rift-field-${name}`;
    input.setAttribute("aria-describedby", problem.id);
    problems[name] = problem;
    inputs[name] = input;
    return problem;
  }

  function field(name, words, input, ...beside) {
    const problem = problemOf(name, input);
    return h("div", { class: `field ${name}` }, h("label", { for: input.id }, words), input, ...beside, problem);
  }

  const text = (attributes = {}) => h("input", { type: "text", autocomplete: "off", spellcheck: "false", maxlength: "100", ...attributes });
  const when = () => h("input", { type: "datetime-local", step: "60", min: "2000-01-01T00:00", max: "2099-12-31T23:59" });
  const radio = (value, words, ...beside) => h("label", { class: "choice" }, h("input", { type: "radio", name: "rift-from", value }), h("span", {}, words), ...beside);

  const name = text({ placeholder: "demo_held" });
  const nameField = field("event_type", "Name of the new type", name);
  const numbers = h("div", { class: "numbers" });
  const deltas = {};
  for (const [key, words, sign] of VALUES) {
    deltas[key] = h("span", { class: "delta" });
    const row = field(key, words, text({ inputmode: "numeric", maxlength: "20" }), deltas[key]);
    row.prepend(icon(assets, sign));
    numbers.append(row);
  }
  const from = when();
  from.setAttribute("aria-label", "Beginning");
  const to = when();
  const limited = h("input", { type: "checkbox" });
  const begins = h("fieldset", { class: "begins" }, h("legend", {}, "It holds"), radio("now", "from now on"), radio("moment", "from a date"), radio("ever", "always"), from, problemOf("effective_from", from));
  const ends = field("effective_to", "Up to", to);
  const until = h("div", { class: "until" }, h("label", { class: "choice" }, limited, h("span", {}, "only for a time")), ends);
  const zone = h("p", { class: "zone" }, `Times are those of ${ZONE}, the zone of this browser.`);
  const weeks = h("select", {}, ...WEEKS.map((count) => h("option", { value: count }, count === 1 ? "this week" : `the last ${count} weeks`)));
  weeks.value = "8";
  const secret = h("input", { type: "password", autocomplete: "off", maxlength: "500", spellcheck: "false" });
  const signed = text({ maxlength: "200", placeholder: "Your name, for the record" });
  const admins = h("div", { class: "admins" }, field("secret", "Admin secret", secret), field("changed_by", "Changed by", signed));
  const preview = h("button", { class: "key", type: "button", onclick: () => onPreview(document()) }, icon(assets, "search"), "Preview");
  const save = h("button", { class: "key allow save", type: "submit" }, "Save\u2026");
  const alert = h("p", { class: "alert", role: "alert" });
  const note = h("p", { class: "note" });
  const root = h("form", { class: "forge", novalidate: "", "aria-label": "A change of this rule" }, nameField, numbers, begins, until, zone, field("weeks", "Try it on", weeks), admins, note, alert, h("div", { class: "deeds" }, preview, save));
  let kind = "";
  let inForce = null;
  let busy = false;

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy) onSave(document());
  });
  root.addEventListener("input", typed);

  function typed() {
    clear();
    show();
    onTyped();
  }

  function clear() {
    for (const problem of Object.values(problems)) setText(problem, "");
    for (const input of Object.values(inputs)) input.removeAttribute("aria-invalid");
    setText(alert, "");
  }

  function show() {
    from.hidden = mode() !== "moment";
    ends.hidden = !limited.checked;
    for (const [key] of VALUES) {
      const value = Number(inputs[key].value.trim() || NaN);
      const difference = inForce ? value - inForce[key] : 0;
      setText(deltas[key], !Number.isInteger(difference) || difference === 0 ? "" : difference > 0 ? `+${difference}` : `\u2212${-difference}`);
      deltas[key].dataset.sign = String(Math.sign(difference) || 0);
    }
    preview.disabled = busy || kind === null;
    save.disabled = busy;
    setText(note, kind === null ? "No event is of a new type yet, so there is nothing to preview." : mode() === "now" ? "The preview shows the weeks as if it had held in them; saved, it counts from now on." : "The preview shows what becomes of what was earned in that range.");
  }

  const mode = () => root.querySelector("input[type=radio]:checked")?.value ?? "now";
  const instant = (input) => (input.value && !Number.isNaN(Date.parse(input.value)) ? new Date(input.value).toISOString().replace(/\.\d+Z$/, "Z") : "");

  function document() {
    return {
      event_type: kind ?? name.value.trim(),
      is_new: kind === null,
      ...Object.fromEntries(VALUES.map(([key]) => [key, inputs[key].value.trim()])),
      effective_from: mode() === "ever" ? SINCE_EVER : mode() === "moment" ? instant(from) : "",
      effective_to: limited.checked ? instant(to) : "",
      mode: mode(),
      is_limited: limited.checked,
      weeks: Number(weeks.value),
      secret: secret.value,
      changed_by: signed.value.trim(),
    };
  }

  root.querySelector("input[value=now]").checked = true;

  return {
    root,
    // Of another type the values in force are what one begins with; of the same one nothing that is entered goes.
    choose(type, version) {
      const isOther = type !== kind;
      kind = type;
      inForce = version ?? null;
      nameField.hidden = kind !== null;
      if (isOther) {
        for (const [key] of VALUES) inputs[key].value = version ? String(version[key]) : "";
        clear();
      }
      show();
    },
    access(needsSecret) {
      admins.hidden = !needsSecret;
    },
    setBusy(value) {
      busy = value;
      root.setAttribute("aria-busy", String(value));
      show();
    },
    say(words, at) {
      if (at && problems[at]) {
        setText(problems[at], words);
        inputs[at].setAttribute("aria-invalid", "true");
        inputs[at].focus();
      } else setText(alert, words);
    },
    inWords: (asked) => (asked.mode === "now" ? "from now on" : asked.mode === "ever" ? "always" : `from ${moment(Date.parse(asked.effective_from) / 1000)} (${asked.effective_from})`),
    dispose() {
      secret.value = "";
    },
  };
}
