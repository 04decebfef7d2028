// The page: choose, be coached, see the result.

import { CameraError, eachFrame, openCamera } from "./camera.js";
import { Link } from "./link.js";
import { OUTLINES, draw } from "./stage.js";
import { Voice } from "./voice.js";

const $ = (id) => document.getElementById(id);
const MEASURED_MOST = 20000, measured = [];
const FIELDS = ["exercise", "sets", "reps", "hold_s", "rest_s"];
const kept = JSON.parse(localStorage.getItem("formcheck") ?? "{}");
const words = await (await fetch("/words.json")).json();
let lang = kept.lang ?? words.setup.lang ?? (navigator.language.startsWith("ja") ? "ja" : "en");
let plan, link, voice, stream, stopFrames, tick = null, strip = [], wakeLock = null, holding = false, full = false;

const word = (name, values = {}) => words.page[name][lang].replace(/\{(\w+)\}/g, (_, key) => values[key]);
const keep = (values) => localStorage.setItem("formcheck", JSON.stringify(Object.assign(kept, values)));
const show = (id) => { for (const name of ["choose", "live", "end"]) $(name).hidden = name !== id; };
const text = (id, value) => { if ($(id).textContent !== value) $(id).textContent = value; };

function translate() {
  document.documentElement.lang = lang;
  document.title = word("title");
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  $("exercise").replaceChildren(...Object.entries(words.exercises).map(([id, { name }]) => new Option(name[lang], id)));
  text("pause", word("pause"));
  const { resting, person } = words.setup;
  $("resting").hidden = !resting;
  text("resting", resting ? resting[lang] : "");
  for (const page of ["history", "about"]) $(page).href = `/${page}?lang=${lang}${person ? `&person=${encodeURIComponent(person)}` : ""}`;
}

function fill(values) {
  for (const field of FIELDS) if (values[field] !== undefined) $(field).value = values[field];
  const exercise = words.exercises[$("exercise").value];
  $("hold_s").closest("label").hidden = !exercise?.hold;
  if (exercise) text("setup", `${exercise.camera[lang]} ${word(exercise.standing ? "setup_standing" : "setup_lying")}`);
}

function setUp() {
  translate();
  $("lang").value = lang;
  fill({ exercise: "hip_lift", sets: 2, reps: 10, hold_s: 3, rest_s: 45, ...kept.plan, ...words.setup.chosen });
  $("mute").checked = kept.mute ?? false;
  $("volume").value = kept.volume ?? 1;
  $("speed").value = kept.speed ?? 1;
  $("offered").hidden = !words.setup.offered.length && !words.setup.note;
  text("note", words.setup.note);
  $("plans").replaceChildren(...words.setup.offered.map(offer));
}

function offer(prescribed) {
  const button = document.createElement("button");
  button.type = "button";
  const { exercise, sets, reps, note } = prescribed;
  button.textContent = `${words.exercises[exercise].name[lang]} ${sets} × ${reps}${note ? ` (${note})` : ""}`;
  button.onclick = () => fill(prescribed);
  return button;
}

function chosen() {
  const values = Object.fromEntries(FIELDS.map((field) => [field, field === "exercise" ? $(field).value : Number($(field).value)]));
  return values;
}

async function start(resume) {
  $("trouble").hidden = true;
  show("live");
  text("state", word("preparing"));
  $("outline").innerHTML = `<path d="${OUTLINES[plan.exercise] ?? ""}"/>`;
  $("ring").style.visibility = words.exercises[plan.exercise].hold ? "visible" : "hidden";
  voice ??= new Voice(lang, words.clips);
  sound();
  const clips = voice.load();
  try {
    stream = await openCamera($("video"));
  } catch (error) {
    return trouble(error instanceof CameraError ? error.word : "error_other");
  }
  for (const track of stream.getVideoTracks()) track.onended = () => { stop(); trouble("error_unplugged"); };
  await clips;
  if (voice.context.state !== "running") say(word("sound_only_seen"));
  if (!resume) voice.cue({ slot: "guide", clips: ["sound_check", "place_camera"] });
  keepAwake();
  link = new Link(() => ({ type: "hello", plan, resume: sessionStorage.getItem("session") }), heard, connection);
  stopFrames = eachFrame($("video"), () => link.free, (blob, ms) => link.frame(blob, ms));
}

function stop() {
  stopFrames?.();
  link?.close();
  for (const track of stream?.getTracks() ?? []) { track.onended = null; track.stop(); }
  wakeLock?.release();
  wakeLock = null;
}

async function keepAwake() {
  try { wakeLock = await navigator.wakeLock?.request("screen"); } catch { wakeLock = null; }
}

function connection(name, final) {
  if (final) { stop(); return trouble(name); }
  if (name) text("state", word(name));
}

function trouble(name) {
  text("what", word(name));
  $("trouble").hidden = false;
  $("retry").focus();
}

function heard(message) {
  ({ tick: ticked, cues: spoken, session: begun, report: finished, plan: advised }[message.type] ?? (() => {}))(message);
}

function begun({ id, plan: known }) {
  sessionStorage.setItem("session", id);
  plan = known;
}

function ticked(message) {
  tick = message;
  draw($("canvas"), $("video"), tick, { leg: plan.exercise !== "hip_lift", straight });
  beeps();
  ring();
  spoken(message);
  note(message.frame_ms);
  for (const event of message.events) {
    if (event.event === "RepDone" && ["set", "rest", "turn", "done"].includes(message.state)) mark(event);
    if (event.event === "FaultSeen") say(words.exercises[plan.exercise].faults[event.code].cue[lang]);
  }
}

// When the pictures of the last minutes were taken and shown, for bench/live.py.
function note(takenMs) {
  measured.push([takenMs, performance.timeOrigin + performance.now()]);
  if (measured.length > MEASURED_MOST) measured.splice(0, MEASURED_MOST / 2);
}

function straight({ deg, phase }) {
  const { line_deg, within_deg } = words.exercises[plan.exercise];
  return line_deg ? deg !== null && Math.abs(deg - line_deg) <= within_deg + 2 : phase === "top";
}

function beeps() {
  const on = tick.held_s !== null && tick.state === "set", done = on && tick.held_s >= plan.hold_s;
  if (on && !holding) voice.beep(880);
  if (done && !full) voice.beep(1320);
  [holding, full] = [on, done];
}

function ring() {
  const share = Math.min(1, (tick.held_s ?? 0) / plan.hold_s);
  $("arc").style.strokeDasharray = `${100 * share} 100`;
  $("arc").classList.toggle("full", share >= 1);
  text("held", tick.held_s === null ? "" : String(Math.floor(tick.held_s)));
}

function spoken({ frame_ms, cues, state, paused, problem, set, side, count, left_s }) {
  text("state", word(paused ? "state_paused" : `state_${state}`));
  const leg = side === "both" ? "" : ` · ${word(`${side}_leg`)}`;
  text("where", word("set_of", { n: set, m: plan.sets }) + leg);
  const resting = state === "rest" && left_s !== null;
  text("count", String(resting ? Math.max(0, Math.ceil(left_s)) : count));
  text("of", resting ? word("state_rest") : word("of", { m: plan.reps }));
  text("pause", word(paused ? "resume" : "pause"));
  $("outline").toggleAttribute("hidden", state !== "check");
  $("outline").style.display = state === "check" ? "" : "none";
  if (problem && state === "check") say(words.clips[problem][lang]);
  for (const cue of cues) {
    if (!["hold", "count"].includes(cue.slot)) say(cue.clips.map((name) => words.clips[name][lang]).join(lang === "ja" ? "。" : " "));
    if (cue.clips.includes("begin") || cue.clips.includes("next_set")) { strip = []; redraw($("strip"), strip, "reason"); }
    voice.cue(cue, frame_ms);
  }
}

function say(line) { text("cue", line); }

function mark(rep) { strip.push(rep); redraw($("strip"), strip, "reason"); }

function redraw(list, reps, reason) {
  list.replaceChildren(...reps.map((rep, n) => {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.className = rep.verdict;
    button.textContent = { clean: "○", fault: "△", partial: "×" }[rep.verdict] + (n + 1);
    button.setAttribute("aria-label", `${n + 1}: ${why(rep)}`);
    button.onclick = () => text(reason, `${n + 1}: ${why(rep)}`);
    item.append(button);
    return item;
  }));
}

function why(rep) {
  const { faults } = words.exercises[plan.exercise];
  const reasons = rep.faults.map((fault) => faults[fault.code].label[lang]);
  return [words.verdicts[rep.verdict][lang], ...reasons].join(lang === "ja" ? "、" : ", ");
}

function finished({ summary, reps, session_id, kept: inHistory }) {
  $("saved").hidden = !inHistory;
  $("report").href = `/history/${session_id}?lang=${lang}`;
  stop();
  sessionStorage.removeItem("session");
  show("end");
  const share = summary.reps ? summary.clean / (summary.reps + summary.partial) : 0;
  keep({ earned: share >= 0.9 ? (kept.earned ?? 0) + 1 : 0, share });
  text("summary", word("summary_line", summary));
  text("partial", summary.partial ? word("partial_line", { n: summary.partial }) : "");
  redraw($("all"), reps, "all_reason");
  text("next", "");
  $("end_title").tabIndex = -1;
  $("end_title").focus();
}

function advised({ plan: next }) {
  keep({ plan: next });
  text("next", word("next_plan", next));
}

async function felt(name) {
  const { earned = 0, share = 1 } = kept;
  const answer = await fetch("/adapt", { method: "POST", body: JSON.stringify({ plan, felt: name, earned, clean_share: share }) });
  if (answer.ok) advised(await answer.json());
}

function sound() {
  keep({ mute: $("mute").checked, volume: Number($("volume").value), speed: Number($("speed").value) });
  if (!voice) return;
  voice.volume = kept.mute ? 0 : kept.volume;
  voice.rate = kept.speed;
}

const order = (name) => link?.say({ type: "command", name });

$("form").onsubmit = (event) => {
  event.preventDefault();
  plan = chosen();
  keep({ plan, lang });
  start(false);
};
$("lang").onchange = () => { lang = $("lang").value; const values = chosen(); keep({ lang }); voice = null; translate(); fill(values); };
$("exercise").onchange = () => fill(chosen());
$("pause").onclick = () => order("pause");
$("skip").onclick = () => order("skip");
$("finish").onclick = () => order("finish");
$("retry").onclick = () => start(true);
$("again").onclick = () => { setUp(); show("choose"); };
$("felt").onclick = (event) => event.target.dataset.felt && felt(event.target.dataset.felt);
for (const id of ["mute", "volume", "speed"]) $(id).oninput = sound;
document.addEventListener("keydown", (event) => {
  if (event.code !== "Space" || $("live").hidden || event.target.closest("button, input, select")) return;
  event.preventDefault();
  order("pause");
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && wakeLock?.released) keepAwake(); });

setUp();
show("choose");
window.formcheck = { get voice() { return voice; }, get tick() { return tick; }, measured };
