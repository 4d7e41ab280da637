// The way between two browsers: "perfect negotiation" of the WebRTC specification, and a watchdog of its own, since the
// browser says only after five seconds that nothing comes any more. Places for one sound and one picture each way are there
// from the beginning: what is switched off and on needs no new agreement.

import { KINDS, Watchdog, whenItComes } from "./watchdog.js";

const WISHES = {
  best: { active: true, scaleResolutionDownBy: 1 },
  small: { active: true, scaleResolutionDownBy: 2, maxBitrate: 120_000 },
  none: { active: false },
};

export class Peer {
  /** `say` sends to the other; `isPolite` gives way when both make an offer; `heard` gets the other's tracks. */
  constructor({ ice, other, isPolite, encryption, say, heard, changed }) {
    this.encryption = encryption;
    this.other = other;
    this.say = say;
    this.isPolite = isPolite;
    this.changed = changed;
    this.turn = Promise.resolve();
    this.isMakingOffer = false;
    this.isIgnoring = false;
    this.senders = new Map();
    this.tracks = new Map();
    // Of whom something has come this way.
    this.came = new Set();
    this.connection = new RTCPeerConnection({ iceServers: ice, ...encryption?.options });
    this.connection.addEventListener("negotiationneeded", () => void this.offer());
    this.connection.addEventListener("icecandidate", ({ candidate }) => say({ candidate }));
    this.connection.addEventListener("track", ({ track, transceiver }) => {
      this.cover(transceiver);
      whenItComes(track, () => {
        this.came.add(other);
        heard(other, track);
      });
    });
    this.connection.addEventListener("connectionstatechange", () => {
      changed(this.state);
      if (this.connection.connectionState === "failed") this.again();
    });
    // One of the two makes the places, the other takes them from the first offer.
    if (!isPolite) for (const kind of KINDS) this.place(kind, this.connection.addTransceiver(kind));
    this.watchdog = new Watchdog(() => (this.state === "connected" ? this.connection : null), {
      // A network that was left is noticed here first. Both ask for a new way at most once until something comes.
      silent: () => {
        this.again();
        changed("silent");
      },
      back: () => changed(this.state),
    });
  }

  get state() {
    return this.connection.connectionState;
  }

  /** Whether the other sends anything that should come all the time. */
  expect(isExpecting) {
    this.watchdog.isExpecting = isExpecting;
  }

  async offer() {
    try {
      this.isMakingOffer = true;
      await this.connection.setLocalDescription();
      this.say({ description: this.connection.localDescription });
    } finally {
      this.isMakingOffer = false;
    }
  }

  /** Take what the other says, one thing after the other: of two offers at once, the second would be answered by one. */
  take(said) {
    this.turn = this.turn.then(() => this.heed(said)).catch((error) => {
      if (this.connection.signalingState !== "closed") console.warn("What the other said could not be used.", error);
    });
    return this.turn;
  }

  async heed({ description, candidate, again, wish }) {
    const { connection } = this;
    if (connection.signalingState === "closed") return;
    if (again) this.again();
    if (wish in WISHES) {
      this.wish = wish;
      await this.heedWish();
    }
    // The answer to an offer that was made twice.
    if (description?.type === "answer" && connection.signalingState !== "have-local-offer") return;
    if (description) {
      const collides = description.type === "offer" && (this.isMakingOffer || connection.signalingState !== "stable");
      this.isIgnoring = !this.isPolite && collides;
      if (this.isIgnoring) return;
      await connection.setRemoteDescription(description);
      if (description.type === "offer") {
        await this.takePlaces();
        await connection.setLocalDescription();
        this.say({ description: connection.localDescription });
      }
    } else if (candidate !== undefined) {
      try {
        await connection.addIceCandidate(candidate ?? undefined);
      } catch (error) {
        if (!this.isIgnoring) console.warn("A candidate could not be used.", error);
      }
    }
  }

  async takePlaces() {
    for (const place of this.connection.getTransceivers()) {
      const { kind } = place.receiver.track;
      // What was not covered when it was told of stays empty: some browsers forget a cover that comes later.
      if (this.senders.has(kind) || (this.encryption && !this.encryption.covers(place))) continue;
      place.direction = "sendrecv";
      this.place(kind, place);
      await place.sender.replaceTrack(this.tracks.get(kind) ?? null);
    }
  }

  place(kind, place) {
    this.cover(place);
    this.senders.set(kind, place.sender);
  }

  cover(place) {
    this.encryption?.cover(place);
    this.encryption?.seat(place, this.other);
  }

  /** Send a track in the place `kind`, or nothing there. */
  async send(kind, track) {
    this.tracks.set(kind, track);
    await this.senders.get(kind)?.replaceTrack(track);
  }

  /** Ask the other for pictures at their best, small, or for none. */
  receive(picture) {
    this.say({ wish: picture });
  }

  async heedWish() {
    const sender = this.senders.get("video");
    const parameters = sender?.getParameters();
    if (!this.wish || !parameters?.encodings?.length) return;
    Object.assign(parameters.encodings[0], { maxBitrate: undefined, ...WISHES[this.wish] });
    await sender.setParameters(parameters);
  }

  /**
   * Agree anew after a cut. One of the two makes all offers, and the other asks for them: where both make one, one is taken
   * back, and after that a browser decodes pictures that it no longer shows. An offer that nobody heard is made again.
   */
  again() {
    const { connection } = this;
    if (this.isPolite) this.say({ again: true });
    else if (connection.signalingState === "have-local-offer") this.say({ description: connection.localDescription });
    else connection.restartIce();
  }

  /** Use other servers from now on: credentials of relays end. */
  relay(ice) {
    this.connection.setConfiguration({ ...this.connection.getConfiguration(), iceServers: ice });
  }

  close() {
    this.watchdog.end();
    this.connection.close();
  }
}
