// Who may read what one sends, agreed among browsers. In the secret of two (pairs.js) each passes on the key of what one
// sends, and what one writes. Whoever has left does not get the next key.
import { read, written } from "./link.js";
import { Pairs } from "./pairs.js";

// Several who leave at once are one departure.
const GATHER_MS = 200;
// A new key is used when everybody has it; nobody's lost line keeps who has left among the readers for longer than this
// after the first departure, however many follow.
const PATIENCE_MS = 2000;
const TOGETHER_MS = 100;
// A gateway takes 64 kB at once.
const MOST_AT_ONCE = 48_000;
// Keys of somebody that are no longer used are kept for pictures that are still on their way.
const FORMER_MS = 8000;
// How many at most: the latest, one that comes next, and those before.
const KEPT = 4;

export class Sealing {
  /**
   * `secret` is that of the link. `pass(what, to)` has the gateway pass something on to each of the keys of `to`; `use` gets
   * a number and a key for what is sent, `know` whose key of which number it is, `forget` numbers; `said` gets who wrote
   * what and where; `changed` is called when it has changed whom one can read; `isThere` tells whether somebody is.
   */
  constructor(secret, { pass, use, know, forget, said, changed, isThere }) {
    Object.assign(this, { pass, use, know, forget, said, changed, isThere });
    this.pairs = new Pairs(secret);
    this.peers = new Map();
    this.owners = new Map();
    this.queue = Promise.resolve();
    this.waiting = new Set();
    this.outgoing = [];
    this.sending = null;
    this.gathering = null;
    this.patience = null;
  }

  /** Draw what is one's own in this meeting. */
  async begin() {
    await this.pairs.begin();
    this.current = await drawn();
    this.use(this.current.number, this.current.key);
  }

  /** Show oneself to others, and ask who they are. */
  greet(me, ids) {
    return this.next(async () => {
      this.me = me;
      const hello = await this.pairs.hello(me);
      const to = {};
      for (const id of ids) {
        const between = this.peers.get(id)?.between;
        to[id] = { ...hello, asks: true, ...(between ? { box: await between.closed(this.keysToTell()) } : {}) };
      }
      this.send("keys", to);
    });
  }

  /** Take what the gateway passed on from somebody. What nobody could have sealed who has the link is left out. */
  take(what, from, data) {
    return this.next(async () => {
      // Whoever has left in the meantime must not be met again.
      if (!this.isThere(from)) return;
      if (data.hello && !(await this.meet(from, data))) return;
      const between = this.peers.get(from)?.between;
      if (data.box && between) await this.heed(what, from, await between.opened(data.box));
    });
  }

  /** Write to everybody whom one knows; `where` tells the chat from captions. */
  say(text, where) {
    return this.next(async () => {
      const to = {};
      for (const [id, { between }] of this.readers()) to[id] = { box: await between.closed({ said: text, where }) };
      this.send("said", to);
    });
  }

  /** Let somebody read no more of what one sends from now on. */
  leave(id) {
    const peer = this.peers.get(id);
    this.peers.delete(id);
    this.waiting.delete(id);
    // A stranger never had a key.
    if (!peer?.between) return;
    this.let(peer.numbers);
    this.gathering ??= setTimeout(() => {
      this.gathering = null;
      void this.next(() => this.turnOver());
    }, GATHER_MS);
    this.patience ??= setTimeout(() => this.useFollowing(), PATIENCE_MS);
  }

  /** Whether one can read somebody: true, false, or undefined as long as they have not shown themselves. */
  canRead(id) {
    const peer = this.peers.get(id);
    return peer && Boolean(peer.between);
  }

  end() {
    for (const timer of [this.sending, this.gathering, this.patience]) clearTimeout(timer);
    for (const { expiry } of this.peers.values()) clearTimeout(expiry);
  }

  async meet(from, { hello, seal, asks }) {
    const isSealed = await this.pairs.isSealed(from, { hello, seal });
    const before = this.peers.get(from);
    if (!this.isThere(from)) return false;
    if (!isSealed) {
      if (!before?.between) this.peers.set(from, { numbers: [] });
      this.changed(from);
      // By this, and no more, they find out that they have another key.
      if (asks) this.send("keys", { [from]: await this.pairs.hello(this.me) });
      return false;
    }
    const isNew = before?.hello !== hello;
    if (isNew) {
      const between = await this.pairs.between(this.me, from, hello);
      if (!this.isThere(from)) return false;
      this.peers.set(from, { hello, between, numbers: before?.numbers ?? [] });
      this.changed(from);
    }
    if (asks || isNew) {
      const box = await this.peers.get(from).between.closed(this.keysToTell());
      this.send("keys", { [from]: { ...(asks ? await this.pairs.hello(this.me) : {}), box } });
    }
    return true;
  }

  async heed(what, from, { keys, got, said, where }) {
    if (what === "said" && typeof said === "string") this.said(from, said, where);
    if (what !== "keys") return;
    if (keys) await this.learn(from, keys);
    if (this.following && got === this.following.number) {
      this.waiting.delete(from);
      if (this.waiting.size === 0) this.useFollowing();
    }
  }

  /** Note the keys of what somebody sends: the one that they use, and the one that they will use next. */
  async learn(from, keys) {
    for (const { number, key } of keys) {
      const whole = await imported(read(key));
      const peer = this.peers.get(from);
      // A number is somebody's: who could give another key to it would have its owner unread.
      if (!peer || (this.owners.get(number) ?? from) !== from) return;
      this.owners.set(number, from);
      this.know(from, number, whole);
      if (!peer.numbers.includes(number)) peer.numbers.push(number);
      this.let(peer.numbers.splice(0, peer.numbers.length - KEPT));
    }
    const peer = this.peers.get(from);
    const latest = keys.at(-1).number;
    clearTimeout(peer.expiry);
    peer.expiry = setTimeout(() => this.let(peer.numbers.splice(0, Math.max(0, peer.numbers.indexOf(latest)))), FORMER_MS);
    this.send("keys", { [from]: { box: await peer.between.closed({ got: latest }) } });
  }

  let(numbers) {
    for (const number of numbers) this.owners.delete(number);
    this.forget(numbers);
  }

  /** Draw another key and use it as soon as everybody who is left has it. */
  async turnOver() {
    this.following = await drawn();
    const to = {};
    for (const [id, { between }] of this.readers()) to[id] = { box: await between.closed(this.keysToTell()) };
    this.waiting = new Set(Object.keys(to));
    if (this.waiting.size === 0) return this.useFollowing();
    this.send("keys", to);
    // Nobody's patience may have ended while the key was being drawn.
    this.patience ??= setTimeout(() => this.useFollowing(), PATIENCE_MS);
  }

  useFollowing() {
    clearTimeout(this.patience);
    this.patience = null;
    if (!this.following) return;
    this.current = this.following;
    this.following = null;
    this.use(this.current.number, this.current.key);
  }

  /** The key of what one sends, and the one that comes next where one does. */
  keysToTell() {
    return { keys: [this.current, this.following].filter(Boolean).map(({ number, raw }) => ({ number, key: written(raw) })) };
  }

  /** Whoever may read what one sends: those who have shown that they have the link. */
  readers() {
    return [...this.peers].filter(([, { between }]) => between);
  }

  /** Pass something on to each of those named. What is for many goes together: a gateway slows whoever says very much. */
  send(what, to) {
    for (const [id, data] of Object.entries(to)) this.outgoing.push({ what, id, data, size: JSON.stringify({ [id]: data }).length });
    this.sending ??= setTimeout(() => this.sendAll(), TOGETHER_MS);
  }

  sendAll() {
    this.sending = null;
    while (this.outgoing.length) {
      // Of several things for one person, each goes in a message of its own, in their order.
      const { what } = this.outgoing[0];
      const to = {};
      const later = [];
      const put = new Set();
      let size = 0;
      for (const each of this.outgoing) {
        const fits = size === 0 || size + each.size <= MOST_AT_ONCE;
        if (each.what === what && fits && !(each.id in to) && !put.has(each.id)) {
          to[each.id] = each.data;
          size += each.size;
        } else {
          later.push(each);
          put.add(each.id);
        }
      }
      this.outgoing = later;
      this.pass(what, to);
    }
  }

  /** Do one thing after the other: what is agreed with somebody must not be overtaken by what was said before. */
  next(work) {
    this.queue = this.queue.then(work).catch((error) => console.warn("What is sealed could not be passed on or opened.", error));
    return this.queue;
  }
}

async function drawn() {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  return { number: crypto.getRandomValues(new Uint32Array(1))[0], raw, key: await imported(raw) };
}

function imported(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}
