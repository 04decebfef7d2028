// The connection to formcheck: at most two frames on their way, and a new connection when one breaks.

const FINAL = { 4401: "error_token", 4403: "error_token", 4409: "error_elsewhere", 4416: "error_shape", 4503: "error_too_many",
  4500: "error_other", 4400: "error_other", 4413: "error_other", 4415: "error_other", 4429: "error_other" };
const IN_FLIGHT = 2, RETRY_MS = 1000, GIVE_UP_MS = 60000;

export class Link {
  // `hello()` gives the first message; `heard(message)` gets every answer; `state(word, final)` what to show of troubles.
  constructor(hello, heard, state) {
    Object.assign(this, { hello, heard, state, sent: [], opened: false, closed: false, lostAt: null });
    this.open();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const token = new URLSearchParams(location.search).get("token");
    this.socket = new WebSocket(`${scheme}//${location.host}/live${token ? `?token=${encodeURIComponent(token)}` : ""}`);
    this.socket.onopen = () => { this.opened = true; this.sent = []; this.socket.send(JSON.stringify(this.hello())); };
    this.socket.onmessage = (event) => this.take(JSON.parse(event.data));
    this.socket.onclose = (event) => this.lost(event.code);
  }

  take(message) {
    this.lostAt = null;
    this.state(null, false);
    if ("frame_ms" in message) this.sent = this.sent.filter((ms) => ms > message.frame_ms);
    this.heard(message);
  }

  lost(code) {
    if (this.closed) return;
    if (FINAL[code]) return this.end(FINAL[code]);
    this.lostAt ??= performance.now();
    if (!this.opened && location.protocol === "https:" && performance.now() - this.lostAt > 3 * RETRY_MS) return this.end("error_certificate");
    if (performance.now() - this.lostAt > GIVE_UP_MS) return this.end("error_server");
    this.state(this.opened ? "reconnecting" : "connecting", false);
    setTimeout(() => this.closed || this.open(), RETRY_MS);
  }

  end(word) { this.close(); this.state(word, true); }

  close() { this.closed = true; this.socket.close(); }

  get free() { return this.socket.readyState === WebSocket.OPEN && this.sent.length < IN_FLIGHT; }

  async frame(blob, takenMs) {
    if (!this.free) return;
    this.sent.push(takenMs);
    const jpeg = await blob.arrayBuffer();
    const bytes = new Uint8Array(8 + jpeg.byteLength);
    new DataView(bytes.buffer).setFloat64(0, takenMs);
    bytes.set(new Uint8Array(jpeg), 8);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(bytes);
  }

  say(message) { if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message)); }
}
