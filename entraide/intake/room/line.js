// Keeps the place true: reads the line's published state, says what changed, and sends the sign-up when its turn comes.
const place = document.querySelector("[data-place]");
const { least, most, slack, language } = place.dataset;
const texts = JSON.parse(place.dataset.texts || "{}");
const fill = (name, values) => texts[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

function aheadOf(issued, { moments, counts }) {
  if (issued <= moments[0]) return 0;
  const right = moments.findIndex((moment) => moment > issued);
  if (right < 0) return counts[counts.length - 1];
  const share = (issued - moments[right - 1]) / (moments[right] - moments[right - 1]);
  return counts[right - 1] + share * (counts[right] - counts[right - 1]);
}

function toldAhead(ahead) {
  const whole = Math.max(0, Math.round(ahead));
  const step = whole < 100 ? 1 : 10 ** (String(whole).length - 2);
  const count = Math.ceil(whole / step) * step;
  const name = count === 0 ? "ahead_none" : count === 1 ? "ahead_one" : "ahead_many";
  return fill(name, { count: new Intl.NumberFormat(language).format(count) });
}

function toldWait(shortest, longest) {
  if (longest === null) return texts.range_unknown;
  const step = (whole) => (whole <= 10 ? 1 : whole <= 60 ? 5 : 10);
  const low = step(shortest) * Math.floor(shortest / step(shortest));
  const high = Math.max(1, step(longest) * Math.ceil(longest / step(longest)));
  if (high > 120) return fill("range_hours", { least: Math.floor(low / 60), most: Math.ceil(high / 60) });
  return fill(low ? "range_minutes" : "range_short", { least: low, most: high });
}

function say(selector, text) {
  const line = place.querySelector(selector);
  if (line && line.textContent !== text) line.textContent = text;
}

function standing(state) {
  if (state.is_open) return "turn";
  const issued = Number(place.dataset.issued);
  if (issued <= state.closed_until) return "missed";
  if (state.paused) return "paused";
  return issued <= state.admitted_until ? "turn" : "waiting";
}

async function look() {
  let pause = 30;
  try {
    const answer = await fetch("/v1/queue/state");
    const state = await answer.json();
    const now = standing(state);
    const typing = document.querySelector("input[name=email]")?.value;
    if (now !== place.dataset.place && !typing) return location.reload();
    const ahead = aheadOf(Number(place.dataset.issued), state);
    const pace = state.per_second;
    const longest = pace < 0.05 ? null : ahead / (pace * least) + Number(slack);
    const shortest = pace < 0.05 ? 600 : ahead / (pace * most);
    say(".ahead", toldAhead(ahead));
    say(".range", toldWait(shortest / 60, longest === null ? null : longest / 60));
    pause = Math.min(120, Math.max(5, shortest / 5));
  } catch {
    // The line cannot be reached just now; the place is kept, and the next look comes by itself.
  }
  setTimeout(look, pause * (800 + 400 * Math.random()));
}

function send(form) {
  // Each try waits longer than the one before, so that a crowd whose turn has come never hammers a door that is shut.
  const tries = Number(sessionStorage.getItem("tries") || 0);
  sessionStorage.setItem("tries", tries + 1);
  say(".sending", texts.sending);
  setTimeout(() => form.requestSubmit(), Math.min(60, 2 ** tries) * (1000 + 2000 * Math.random()));
}

const turn = place.querySelector("form[data-send]");
if (turn) send(turn);
if (place.dataset.issued && place.dataset.place !== "turn" && place.dataset.place !== "missed") {
  setTimeout(look, 1000 * Number(place.dataset.refresh));
}
