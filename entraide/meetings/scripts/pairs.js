// What two browsers of a meeting have between them: a secret of two, in which nobody else can say or read anything, nor say
// anything again. Each browser has a pair of keys of its own and shows the public half with a seal that only who has the
// link can make: a server that put its own in between would be noticed.
import { read, written } from "./link.js";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const IV_BYTES = 12;
const utf8 = new TextEncoder();

export class Pairs {
  /** `secret` is that of the link. */
  constructor(secret) {
    this.secret = secret;
    // With whom one has had something in common: also whoever comes back says nothing a second time.
    this.had = new Map();
  }

  /** Draw what is one's own in this meeting. */
  async begin() {
    const base = await crypto.subtle.importKey("raw", this.secret, "HKDF", false, ["deriveKey"]);
    this.stamp = await crypto.subtle.deriveKey(derivation("who is in the meeting"), base, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
    this.own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    this.shown = written(await crypto.subtle.exportKey("raw", this.own.publicKey));
  }

  /** Return what one shows of oneself, by the id that one has in the meeting. */
  async hello(me) {
    return { hello: this.shown, seal: written(await crypto.subtle.sign("HMAC", this.stamp, utf8.encode(`${me} ${this.shown}`))) };
  }

  /** Whether what somebody showed was sealed by somebody who has the link. */
  isSealed(from, { hello, seal }) {
    return crypto.subtle.verify("HMAC", this.stamp, read(seal), utf8.encode(`${from} ${hello}`));
  }

  /** Return what one has with somebody who has shown this: the same again when they show the same. */
  async between(me, from, hello) {
    const name = `${from} ${hello}`;
    if (!this.had.has(name)) this.had.set(name, new Between(me, from, await this.sharedWith(hello)));
    return this.had.get(name);
  }

  /** Return the secret of two. Nobody else can make it, not even with the link. */
  async sharedWith(hello) {
    const theirs = await crypto.subtle.importKey("raw", read(hello), CURVE, false, []);
    const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, this.own.privateKey, 256);
    const drawn = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
    return crypto.subtle.deriveKey({ ...derivation("between two"), salt: this.secret }, drawn, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }
}

class Between {
  constructor(me, other, shared) {
    Object.assign(this, { me, other, shared, said: 0, heard: 0 });
  }

  /** Return something closed, for the other alone. */
  async closed(content) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const sealed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv, additionalData: utf8.encode(`${this.me} ${this.other}`) }, this.shared, utf8.encode(JSON.stringify([++this.said, content])),
    );
    return { iv: written(iv), sealed: written(sealed) };
  }

  /** Return what the other closed. Throws where it is not from them, or was heard before. */
  async opened({ iv, sealed }) {
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: read(iv), additionalData: utf8.encode(`${this.other} ${this.me}`) }, this.shared, read(sealed),
    );
    const [number, content] = JSON.parse(new TextDecoder().decode(plain));
    if (!(number > this.heard)) throw new Error("said before");
    this.heard = number;
    return content;
  }
}

function derivation(about) {
  return { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: utf8.encode(`entraide meeting, ${about}`) };
}
