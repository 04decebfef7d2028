// Speaks clips: safety, hold and count at once, the rest when there is room; what comes too late is dropped.

const RANK = { safety: 5, hold: 4, count: 3, guide: 3, correction: 2, praise: 1, breath: 0 };
const STALE_MS = 1500, GUIDE_STALE_MS = 8000, WATCHDOG_MS = 6000, LOG_MOST = 2000;

export class Voice {
  constructor(lang, words) {
    Object.assign(this, { lang, words, buffers: new Map(), queue: [], playing: null, rate: 1, log: [] });
    this.context = new AudioContext();
    this.gain = this.context.createGain();
    this.gain.connect(this.context.destination);
  }

  async load() {
    await this.context.resume();
    await Promise.all(Object.keys(this.words).map((name) => this.fetch(name)));
  }

  async fetch(name) {
    try {
      const answer = await fetch(`/static/voice/${this.lang}/${name}.mp3`);
      if (answer.ok) this.buffers.set(name, await this.context.decodeAudioData(await answer.arrayBuffer()));
    } catch { /* spoken by the browser instead */ }
  }

  set volume(x) { this.gain.gain.value = x; }

  // `takenMs`: when the picture was taken that decided it, on the page's clock.
  cue({ slot, clips }, takenMs = null) {
    const item = { slot, clips: [...clips], rank: RANK[slot] ?? 0, due: performance.now(), takenMs };
    if (!this.playing) return this.start(item);
    if (slot === "breath") return;
    if (item.rank > this.playing.rank || (item.rank === this.playing.rank && slot === "hold")) { this.stop(); return this.start(item); }
    // What guides comes one after the other; of the rest only the newest is worth saying.
    if (slot !== "guide") this.queue = this.queue.filter((other) => other.slot !== slot);
    this.queue.push(item);
  }

  start(item) { this.playing = item; this.next(item); }

  next(item) {
    if (this.playing !== item) return;
    const name = item.clips.shift();
    if (!name) { this.playing = null; return this.later(); }
    this.log.push({ name, slot: item.slot, taken_ms: item.takenMs, at_ms: performance.timeOrigin + performance.now() });
    item.takenMs = null;
    if (this.log.length > LOG_MOST) this.log.shift();
    const buffer = this.buffers.get(name);
    buffer ? this.play(item, buffer) : this.speak(item, name);
  }

  play(item, buffer) {
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.playbackRate.value = this.rate;
    source.connect(this.gain);
    item.source = source;
    this.watch(item, () => this.next(item), (buffer.duration / this.rate) * 1000 + 400, (done) => { source.onended = done; });
    source.start();
  }

  speak(item, name) {
    const text = this.words[name]?.[this.lang];
    if (!text || !window.speechSynthesis) return this.next(item);
    const words = new SpeechSynthesisUtterance(text);
    Object.assign(words, { lang: this.lang === "ja" ? "ja-JP" : "en-US", rate: this.rate, volume: this.gain.gain.value });
    this.watch(item, () => this.next(item), WATCHDOG_MS, (done) => { words.onend = words.onerror = done; });
    speechSynthesis.speak(words);
  }

  // Goes on when the sound ends, or when its end never comes.
  watch(item, then, patienceMs, arm) {
    let over = false;
    const done = () => { if (!over) { over = true; clearTimeout(timer); then(); } };
    const timer = setTimeout(done, patienceMs);
    arm(done);
  }

  stop() {
    const item = this.playing;
    this.playing = null;
    if (item?.source) item.source.stop();
    window.speechSynthesis?.cancel();
  }

  later() {
    const now = performance.now();
    this.queue = this.queue.filter((item) => now - item.due < (item.slot === "guide" ? GUIDE_STALE_MS : STALE_MS));
    this.queue.sort((a, b) => b.rank - a.rank);
    const item = this.queue.shift();
    if (item) this.start(item);
  }

  beep(hz) {
    const tone = this.context.createOscillator(), level = this.context.createGain(), at = this.context.currentTime;
    tone.frequency.value = hz;
    level.gain.setValueAtTime(0.25, at);
    level.gain.exponentialRampToValueAtTime(0.001, at + 0.18);
    tone.connect(level).connect(this.gain);
    tone.start(at);
    tone.stop(at + 0.2);
  }
}
