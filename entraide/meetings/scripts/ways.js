// The ways that picture and sound take: the present one, between two browsers or over a server, and those before it, which go on
// until everything comes by this one.
import { Peer } from "./peer.js";
import { Server } from "./server.js";

const SETTLE_LOOK_MS = 200;
// What does not come by the new way within this time does not come by the old one either.
const SETTLED_WITHIN_MS = 6000;
const AGAIN_MS = 3000;
// Everybody of a meeting goes to the new server at once: they do not come in the same moment.
const JITTER_MS = 300;

export class Ways {
  /**
   * `say` tells the gateway, `probe` has the line to it looked at. `heard` gets who and what comes, `changed` is called when
   * the way or its state is another. `sent` returns the tracks that one sends, `senders` of whom something should come.
   * `enter` is called when the server must be entered anew.
   */
  constructor({ encryption, say, probe, heard, changed, sent, senders, enter }) {
    Object.assign(this, { encryption, say, probe, heard, changed, sent, senders, enter });
    this.now = null;
    this.former = new Set();
    this.attempts = 0;
    this.state = "";
    this.picture = "best";
  }

  get isServer() {
    return this.now instanceof Server;
  }

  get isDirect() {
    return this.now instanceof Peer;
  }

  get isConnected() {
    return this.state === "connected";
  }

  /** The epoch of the server that one is at, undefined where one is at none. */
  get epoch() {
    return this.isServer ? this.now.epoch : undefined;
  }

  /** Go to the other of a pair, from browser to browser. */
  goDirectly({ me, other, ice }) {
    // Somebody else is a new way at once; from a server one goes when everything comes directly.
    if (this.isDirect) this.leave();
    this.other = other;
    const peer = new Peer({
      ice,
      other,
      isPolite: me > other,
      encryption: this.encryption,
      say: (data) => this.say({ do: "signal", to: other, data }),
      heard: this.heard,
      changed: (state) => {
        this.became(peer, state);
        if (state === "silent") this.probe();
      },
    });
    this.goBy(peer);
  }

  /**
   * After a cut of the line the way between the browsers may be as good as before: it is asked for anew, not torn. Return
   * whether there is one.
   */
  agreeAgain({ ice, isPair }) {
    if (!this.isDirect || this.now.state === "closed") return false;
    this.now.relay(ice);
    if (isPair) this.now.again();
    return true;
  }

  /** Enter a room's media server in its epoch, or enter it anew. */
  goToServer({ ice, epoch, sends }) {
    clearTimeout(this.again);
    const server = new Server({
      ice,
      epoch,
      attempt: ++this.attempts,
      sends,
      encryption: this.encryption,
      say: this.say,
      heard: this.heard,
      changed: (state) => {
        this.became(server, state);
        if (server !== this.now || !["silent", "failed"].includes(state)) return;
        this.say({ do: "lost", attempt: server.attempt });
        this.enterSoon();
      },
    });
    this.goBy(server);
    setTimeout(() => void server.open(), epoch > 1 ? Math.random() * JITTER_MS : 0);
  }

  enterSoon() {
    clearTimeout(this.again);
    this.again = setTimeout(() => {
      if (this.isServer && this.now.state !== "connected") this.enter();
    }, AGAIN_MS);
  }

  /** Go by a new way from now on. What comes by the ways before goes on coming until everything comes by this one. */
  goBy(way) {
    if (this.now) this.former.add(this.now);
    this.now = way;
    this.state = "new";
    queueMicrotask(() => void this.sendTo(way));
    if (this.picture !== "best") way.receive(this.picture);
    this.expect();
    const until = performance.now() + SETTLED_WITHIN_MS;
    clearInterval(this.settling);
    this.settling = setInterval(() => {
      if (this.hasAll() || (performance.now() > until && way.came.size > 0)) this.settle();
    }, SETTLE_LOOK_MS);
  }

  hasAll() {
    return this.now.state === "connected" && this.senders().every((id) => this.now.came.has(id));
  }

  settle() {
    clearInterval(this.settling);
    for (const way of this.former) way.close();
    this.former.clear();
    this.say({ do: "settled", attempt: this.isServer ? this.now.attempt : 0 });
  }

  leave() {
    clearInterval(this.settling);
    clearTimeout(this.again);
    for (const way of this.all()) way.close();
    this.former.clear();
    this.now = null;
    this.state = "";
  }

  all() {
    return [this.now, ...this.former].filter(Boolean);
  }

  became(way, state) {
    if (way !== this.now) return;
    this.state = state;
    this.changed();
  }

  /** Take what a server told over the gateway. */
  takeOfServer(told) {
    for (const way of this.all()) if (way instanceof Server && way.attempt === told.attempt) void way.take(told);
  }

  /** Take what the other of the pair told over the gateway. */
  takeOfPeer(from, data) {
    if (this.isDirect && from === this.other) void this.now.take(data);
  }

  /** Agree anew with somebody who was cut off: what was said to them in the meantime was lost. */
  cameBack(id) {
    if (this.isDirect && id === this.other) this.now.again();
  }

  /** Look whether anything comes: the gateway has lost its line to the server of an epoch. */
  doubt(epoch) {
    if (this.epoch === epoch) void this.now?.doubt();
  }

  /** Enter the server anew, which has lost this attempt, or everybody's where none is named. */
  lost(attempt) {
    if (this.isServer && (attempt === undefined || attempt === this.now.attempt)) this.enter();
  }

  expect() {
    this.now?.expect(this.senders().length > 0);
  }

  receive(picture) {
    this.picture = picture;
    this.now?.receive(picture);
  }

  async sendTo(way) {
    for (const [kind, track] of Object.entries(this.sent())) await way.send(kind, track);
  }

  async send() {
    for (const way of this.all()) await this.sendTo(way);
  }
}
