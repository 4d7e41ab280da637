// The way over a media server: one connection up, with what one sends, and one down, with what all others send. The server
// makes the offers of the second; in which of its places who is, the gateway says with each of them.
import { Watchdog, received, whenItComes } from "./watchdog.js";

const LOOK_AGAIN_MS = 400;
// Two layers of one picture: whoever saves data gets the second alone.
const LAYERS = [
  { rid: "h", maxBitrate: 700_000 },
  { rid: "l", maxBitrate: 120_000, scaleResolutionDownBy: 2 },
];

export class Server {
  /** `say` tells the gateway; `heard` gets whose track it is that comes; `sends` whether one may send here. */
  constructor({ ice, epoch, attempt, sends, encryption, say, heard, changed }) {
    this.ice = ice;
    this.encryption = encryption;
    this.epoch = epoch;
    this.attempt = attempt;
    this.say = say;
    this.heard = heard;
    this.changed = changed;
    this.senders = new Map();
    this.places = new Map();
    // Of whom something has come this way.
    this.came = new Set();
    this.turn = Promise.resolve();
    this.down = null;
    this.isClosed = false;
    this.up = sends ? this.made("up") : null;
    if (this.up) {
      this.senders.set("audio", this.up.addTransceiver("audio", { direction: "sendonly" }).sender);
      this.senders.set("video", this.up.addTransceiver("video", { direction: "sendonly", sendEncodings: LAYERS }).sender);
      for (const place of this.up.getTransceivers()) encryption?.cover(place);
    }
    this.watchdog = new Watchdog(() => (this.down?.connectionState === "connected" ? this.down : null), {
      silent: () => changed("silent"),
      back: () => changed(this.state),
    });
  }

  /** "connected" when all that there is of the two ways is. */
  get state() {
    const states = [this.up, this.down].filter(Boolean).map(({ connectionState }) => connectionState);
    return ["failed", "closed", "disconnected", "connecting", "new"].find((each) => states.includes(each)) ?? "connected";
  }

  expect(isExpecting) {
    this.watchdog.isExpecting = isExpecting;
  }

  async open() {
    if (this.up) await this.up.setLocalDescription();
    if (!this.isClosed) this.tell({ do: "connect", epoch: this.epoch, description: this.up ? this.described(this.up) : null });
  }

  /** Take what comes of the server, one thing after the other. */
  take(said) {
    this.turn = this.turn.then(() => this.heed(said)).catch((error) => {
      if (!this.isClosed) console.warn("What the server said could not be used.", error);
    });
    return this.turn;
  }

  async heed({ is, description, places }) {
    if (this.isClosed) return;
    if (is === "published") return this.up.setRemoteDescription(description);
    this.down ??= this.made("down");
    await this.down.setRemoteDescription(description);
    this.seat(places);
    await this.down.setLocalDescription();
    this.tell({ do: "answer", description: this.described(this.down) });
  }

  /** What the server is told of a way. Of an encrypted meeting it takes nothing that does not say that it is encrypted. */
  described({ localDescription: { type, sdp } }) {
    return this.encryption ? { type, sdp, e2ee: true } : { type, sdp };
  }

  /** Note who is in which place now: places are used again for others. */
  seat(places) {
    for (const place of this.down.getTransceivers()) {
      const { mid, receiver } = place;
      const who = places[mid]?.who;
      if (who === this.places.get(mid)) continue;
      this.places.set(mid, who);
      this.encryption?.seat(place, who);
      if (!who) continue;
      whenItComes(receiver.track, () => {
        if (this.places.get(mid) !== who || this.isClosed) return;
        this.came.add(who);
        this.heard(who, receiver.track);
      });
    }
  }

  async send(kind, track) {
    await this.senders.get(kind)?.replaceTrack(track);
  }

  receive(picture) {
    this.say({ do: "receive", picture });
  }

  /** Say something that is about this attempt. */
  tell(what) {
    this.say({ attempt: this.attempt, ...what });
  }

  /** Look at once whether anything comes: the gateway has lost its line to the server. */
  async doubt() {
    if (!this.down) return this.changed("silent");
    const before = await received(this.down);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    if (!this.isClosed && (await received(this.down)) === before) this.changed("silent");
  }

  close() {
    this.isClosed = true;
    this.watchdog.end();
    this.up?.close();
    this.down?.close();
  }

  made(way) {
    const connection = new RTCPeerConnection({ iceServers: this.ice, bundlePolicy: "max-bundle", ...this.encryption?.options });
    connection.addEventListener("icecandidate", ({ candidate }) => this.tell({ do: "trickle", way, candidate }));
    connection.addEventListener("track", ({ transceiver }) => this.encryption?.cover(transceiver));
    connection.addEventListener("connectionstatechange", () => {
      if (!this.isClosed) this.changed(this.state);
    });
    return connection;
  }
}

