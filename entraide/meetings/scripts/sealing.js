// Who may read what one sends, agreed among browsers. Each has a pair of keys of its own for the meeting and shows the public
// half with a seal that only who has the link can make: a server that put its own in between would be noticed. With each
// other browser that gives a secret of two, in which one passes on the key of what one sends, and what one writes.
// Whoever has left does not get the next key.
import { read, written } from "./link.js";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const IV_BYTES = 12;
// Several who leave at once are one departure.
const GATHER_MS = 200;
// A new key is used when everybody has it; nobody's lost line keeps one who left among the readers for longer.
const PATIENCE_MS = 2000;
const TOGETHER_MS = 100;
// With that many, a message is well below the 64 kB that a gateway takes.
const MOST_AT_ONCE = 60;
// How many keys of somebody are kept: the latest, one that comes next, and one whose pictures are still on their way.
const KEPT = 3;
const utf8 = new TextEncoder();

export class Sealing {
  /**
   * `secret` is that of the link. `pass(what, to)` has the gateway pass something on to each of the keys of `to`; `use` and
   * `know` get a number and a key for what is sent, and for what somebody else sends; `forget` gets such numbers; `said`
   * gets who wrote what; `changed` is called when it has changed whom one can read; `isThere` tells whether somebody is.
   */
  constructor(secret, { pass, use, know, forget, said, changed, isThere }) {
    Object.assign(this, { pass, use, know, forget, said, changed, isThere });
    this.secret = secret;
    this.peers = new Map();
    this.queue = Promise.resolve();
    this.waiting = new Set();
    this.outgoing = [];
    this.sending = null;
  }

  /** Draw what is one's own in this meeting. */
  async begin() {
    this.base = await crypto.subtle.importKey("raw", this.secret, "HKDF", false, ["deriveBits", "deriveKey"]);
    this.stamp = await crypto.subtle.deriveKey(this.derivation("who is in the meeting"), this.base, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
    this.pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    this.shown = written(await crypto.subtle.exportKey("raw", this.pair.publicKey));
    this.current = await this.drawn();
    this.use(this.current.number, this.current.key);
  }

  /** Show oneself to others, and ask who they are. */
  greet(me, ids) {
    return this.next(async () => {
      this.me = me;
      const hello = await this.hello();
      const to = {};
      for (const id of ids) {
        const peer = this.peers.get(id);
        to[id] = { ...hello, asks: true, ...(peer?.shared ? { box: await this.box(id, peer, this.keysToTell()) } : {}) };
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
      const peer = this.peers.get(from);
      if (data.box && peer?.shared) await this.heed(what, from, peer, await this.opened(from, peer, data.box));
    });
  }

  /** Write to everybody whom one knows. */
  say(text) {
    return this.next(async () => {
      const to = {};
      for (const [id, peer] of this.readers()) to[id] = { box: await this.box(id, peer, { said: text }) };
      this.send("said", to);
    });
  }

  /** Let somebody read no more of what one sends from now on. */
  leave(id) {
    const peer = this.peers.get(id);
    this.peers.delete(id);
    this.waiting.delete(id);
    if (!peer) return;
    this.forget(peer.numbers);
    clearTimeout(this.gathering);
    this.gathering = setTimeout(() => void this.next(() => this.turnOver()), GATHER_MS);
  }

  /** Whether one can read somebody: true, false, or undefined as long as they have not shown themselves. */
  canRead(id) {
    const peer = this.peers.get(id);
    return peer?.isStranger ? false : peer?.shared ? true : undefined;
  }

  end() {
    clearTimeout(this.sending);
    clearTimeout(this.gathering);
    clearTimeout(this.patience);
  }

  async meet(from, { hello, seal, asks }) {
    const isSealed = await crypto.subtle.verify("HMAC", this.stamp, read(seal), utf8.encode(`${from} ${hello}`));
    const before = this.peers.get(from);
    if (!isSealed) {
      if (!before?.shared) this.peers.set(from, { isStranger: true, numbers: [] });
      this.changed(from);
      // By this, and no more, they find out that they have another key.
      if (asks) this.send("keys", { [from]: await this.hello() });
      return false;
    }
    const isNew = before?.hello !== hello;
    if (isNew) {
      const shared = await this.sharedWith(hello);
      if (!this.isThere(from)) return false;
      this.peers.set(from, { hello, shared, numbers: before?.numbers ?? [] });
      this.changed(from);
    }
    if (asks || isNew) {
      const box = await this.box(from, this.peers.get(from), this.keysToTell());
      this.send("keys", { [from]: { ...(asks ? await this.hello() : {}), box } });
    }
    return true;
  }

  async heed(what, from, peer, { keys = [], got, said }) {
    if (what === "said" && typeof said === "string") this.said(from, said);
    if (what !== "keys") return;
    for (const { number, key } of keys) {
      this.know(number, await imported(read(key)));
      if (!peer.numbers.includes(number)) peer.numbers.push(number);
      // Of those before, pictures may still be on their way.
      this.forget(peer.numbers.splice(0, peer.numbers.length - KEPT));
      this.send("keys", { [from]: { box: await this.box(from, peer, { got: number }) } });
    }
    if (got === this.following?.number) {
      this.waiting.delete(from);
      if (this.waiting.size === 0) this.useFollowing();
    }
  }

  /** Draw another key and use it as soon as everybody who is left has it. */
  async turnOver() {
    clearTimeout(this.patience);
    this.following = await this.drawn();
    const to = {};
    for (const [id, peer] of this.readers()) to[id] = { box: await this.box(id, peer, this.keysToTell()) };
    this.waiting = new Set(Object.keys(to));
    if (this.waiting.size === 0) return this.useFollowing();
    this.send("keys", to);
    this.patience = setTimeout(() => this.useFollowing(), PATIENCE_MS);
  }

  useFollowing() {
    clearTimeout(this.patience);
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
    return [...this.peers].filter(([, { shared }]) => shared);
  }

  async drawn() {
    const raw = crypto.getRandomValues(new Uint8Array(32));
    return { number: crypto.getRandomValues(new Uint32Array(1))[0], raw, key: await imported(raw) };
  }

  async hello() {
    return { hello: this.shown, seal: written(await crypto.subtle.sign("HMAC", this.stamp, utf8.encode(`${this.me} ${this.shown}`))) };
  }

  /** Return the secret of two. Nobody else can make it, not even with the link. */
  async sharedWith(hello) {
    const theirs = await crypto.subtle.importKey("raw", read(hello), CURVE, false, []);
    const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, this.pair.privateKey, 256);
    const drawn = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
    return crypto.subtle.deriveKey({ ...this.derivation("between two"), salt: this.secret }, drawn, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }

  async box(to, { shared }, content) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const sealed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv, additionalData: utf8.encode(`${this.me} ${to}`) }, shared, utf8.encode(JSON.stringify(content)),
    );
    return { iv: written(iv), sealed: written(sealed) };
  }

  async opened(from, { shared }, { iv, sealed }) {
    const content = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: read(iv), additionalData: utf8.encode(`${from} ${this.me}`) }, shared, read(sealed),
    );
    return JSON.parse(new TextDecoder().decode(content));
  }

  /** Pass something on to each of those named. What is for many goes together: a gateway slows whoever says very much. */
  send(what, to) {
    for (const [id, data] of Object.entries(to)) this.outgoing.push({ what, id, data });
    this.sending ??= setTimeout(() => this.sendAll(), TOGETHER_MS);
  }

  sendAll() {
    this.sending = null;
    while (this.outgoing.length) {
      // Of several things for one person, each goes in a message of its own, in their order.
      const { what } = this.outgoing[0];
      const to = {};
      const later = [];
      for (const each of this.outgoing) {
        const isNow = each.what === what && !(each.id in to) && Object.keys(to).length < MOST_AT_ONCE && !later.some(({ id }) => id === each.id);
        if (isNow) to[each.id] = each.data;
        else later.push(each);
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

  derivation(about) {
    return { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: utf8.encode(`entraide meeting, ${about}`) };
  }
}

function imported(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}
