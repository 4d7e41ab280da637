// The room: who is there, the way to the other of a pair, what one sends, what is written, and the tools of moderators.
import { screen } from "./devices.js";
import { element } from "./element.js";
import { Encryption } from "./encryption.js";
import { Line } from "./line.js";
import { Picks } from "./picks.js";
import { CHAT, Talk } from "./talk.js";
import { Tiles } from "./tiles.js";
import { Ways } from "./ways.js";

const NOTICE_MS = 8000;
// What is asked for on the way to a server, which nobody clicked.
const UNSEEN = new Set(["connect", "answer", "trickle", "settled", "lost", "receive"]);
// What does not print in what somebody writes, but for the ends of lines: controls, and marks that turn the direction.
const UNPRINTABLE = /[^\P{C}\n]/gu;
const KEYS = { m: "mic", v: "cam", s: "screen", h: "hand", c: "chat", t: "captions", g: "view" };

export class Room {
  /** `key` is that of an encrypted meeting, null in others. */
  constructor(root, devices, key) {
    this.root = root;
    this.key = key;
    this.encryption = null;
    this.texts = root.dataset;
    this.devices = devices;
    this.people = new Map();
    this.me = null;
    this.pair = [];
    this.streams = new Map();
    // Whose pictures the server sends here, null for everybody's.
    this.pictures = null;
    this.hand = false;
    this.screen = null;
    this.tiles = new Tiles(this.one("grid"), this.texts, { moderate: (message) => this.line.say(message) });
    this.talk = new Talk(root, { say: (text, where) => this.write(text, where), notice: (text) => this.notice(text) });
    this.picks = new Picks(this.one("room-part"), devices, () => void this.sendsAll());
    this.bind();
    if (key) this.keepKey();
  }

  /** Have every link to this meeting lead to it with its key, and the address of this page keep it. */
  keepKey() {
    const { hash, pathname } = window.location;
    this.root.querySelector("#link").value += hash;
    for (const link of document.querySelectorAll("a[href]:not([href^='#'])")) {
      if (link.pathname.split("/meet/")[1] !== pathname.split("/meet/")[1]) continue;
      link.hash = hash;
      // To the address where one is, browsers do not go.
      if (link.pathname === pathname) link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        window.location.reload();
      });
    }
  }

  one(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  tool(name) {
    return this.root.querySelector(`[data-tool="${name}"]`);
  }

  async enter({ path, token }) {
    this.one("room-part").hidden = false;
    void this.picks.list();
    if (this.key && !(await this.encrypt())) return;
    this.ways = this.newWays();
    this.line = new Line(path, token, {
      take: (answer) => this.take(answer),
      changed: (isThere) => this.lineChanged(isThere),
      over: (why) => this.over(why),
    });
  }

  /** Begin to encrypt; where that fails, nobody comes in, and a meeting that is under way ends here. */
  async encrypt() {
    const failed = () => {
      this.line?.leave();
      this.over("unencrypted");
    };
    try {
      this.encryption = new Encryption(this.key, this.texts.worker, {
        pass: (what, to) => this.line.say({ do: "sealed", what, to }),
        said: (from, text, where) => this.written({ from, name: this.people.get(from)?.name ?? "", text: text.replace(UNPRINTABLE, ""), where }),
        changed: (id) => this.shown(this.people.get(id)),
        isThere: (id) => this.people.has(id),
        failed,
      });
      await this.encryption.sealing.begin();
    } catch (error) {
      console.warn("Nothing can be encrypted here.", error);
      failed();
      return false;
    }
    return true;
  }

  /** The ways that picture and sound take from here on. */
  newWays() {
    return new Ways({
      encryption: this.encryption,
      say: (message) => this.line.say(message),
      probe: () => this.line.probe(),
      heard: (who, track) => this.heard(who, track),
      changed: () => this.sign(),
      sent: () => ({ audio: this.devices.audio, video: this.screen ?? this.devices.video }),
      senders: () => this.senders(),
      enter: () => this.enterServer(),
    });
  }

  lineChanged(isThere) {
    this.isCut = !isThere;
    this.sign();
  }

  take(answer) {
    this[`on_${answer.is}`]?.(answer);
  }

  on_joined({ me, room, people, ice, pair }) {
    const known = new Set([me.id, ...people.map(({ id }) => id)]);
    for (const id of [...this.people.keys()]) if (!known.has(id)) this.gone(id);
    this.me = me;
    this.ice = ice;
    this.people.set(me.id, me);
    for (const person of people) this.people.set(person.id, person);
    this.room = room;
    const moderates = this.moderates();
    for (const name of ["lock", "end"]) this.tool(name).hidden = !moderates;
    for (const person of this.people.values()) this.shown(person);
    void this.encryption?.sealing.greet(me.id, people.map(({ id }) => id));
    this.tiles.play(me.id, this.devices.stream);
    this.tellWhatIsSent();
    // What the server said in the meantime was lost: it is entered anew, while what comes over it goes on coming.
    const { isServer } = this.ways;
    this.on_room({ room });
    if (isServer && room.mode === "sfu") this.enterServer();
    this.on_pair({ ids: pair });
  }

  on_person({ person }) {
    const before = this.people.get(person.id);
    const isNew = !before;
    this.people.set(person.id, person);
    this.shown(person);
    if (isNew) this.notice(`${person.name} ${this.texts.came}`);
    if (before?.away && !person.away) this.ways.cameBack(person.id);
    this.expect();
    this.sign();
  }

  on_gone({ id }) {
    const person = this.people.get(id);
    if (person) this.notice(`${person.name} ${this.texts.left}`);
    this.gone(id);
    this.sign();
  }

  on_pair({ ids }) {
    const isSame = ids.length === this.pair.length && ids.every((id, at) => id === this.pair[at]);
    this.pair = ids;
    const other = ids.includes(this.me.id) ? ids.find((id) => id !== this.me.id) : undefined;
    if (isSame && this.ways.agreeAgain({ ice: this.ice, isPair: Boolean(other) })) return this.sign();
    if (other) {
      this.pictures = null;
      this.ways.goDirectly({ me: this.me.id, other, ice: this.ice });
    } else if (this.room.mode !== "sfu") {
      this.ways.leave();
    }
    this.sign();
  }

  on_published(told) {
    this.ways.takeOfServer(told);
  }

  on_offer(told) {
    this.ways.takeOfServer(told);
  }

  on_talking({ who, on }) {
    this.tiles.talks(who, on);
  }

  on_pictures({ of }) {
    this.pictures = new Set(of);
    for (const person of this.people.values()) this.shown(person);
    this.expect();
  }

  on_doubt({ epoch }) {
    this.ways.doubt(epoch);
  }

  on_media_lost({ attempt }) {
    this.ways.lost(attempt);
  }

  on_signal({ from, data }) {
    this.ways.takeOfPeer(from, data);
  }

  on_sealed({ what, from, data }) {
    void this.encryption?.sealing.take(what, from, data);
  }

  on_said(said) {
    // Where all is encrypted, what a server says that somebody wrote was written by nobody.
    if (!this.encryption) this.written(said);
  }

  written({ from, name, text, where = CHAT }) {
    this.talk.take({ isMine: from === this.me.id, name, text, where });
  }

  on_mute({ by, media }) {
    void this.set(media, false);
    this.notice(`${by} ${media === "video" ? this.texts.stoppedBy : this.texts.mutedBy}`);
  }

  on_knocking({ people }) {
    const part = this.one("knocking");
    part.hidden = people.length === 0;
    part.replaceChildren(...people.map(({ participant, name }) =>
      element("p", {}, element("strong", {}, name), " ",
        element("button", { type: "button", class: "button", onclick: () => this.line.say({ do: "admit", who: participant }) }, this.texts.admit), " ",
        element("button", { type: "button", class: "button button--secondary", onclick: () => this.line.say({ do: "deny", who: participant }) }, this.texts.deny))));
  }

  on_room({ room }) {
    this.room = room;
    this.tool("lock").textContent = room.locked ? this.texts.unlock : this.texts.lock;
    this.tool("lock").setAttribute("aria-pressed", String(room.locked));
    if (room.mode === "sfu" && this.ways.epoch !== room.epoch) this.enterServer();
    if (room.mode === "none") this.ways.leave();
    this.sign();
  }

  on_refused({ why, verb }) {
    if (!UNSEEN.has(verb)) this.notice(this.texts.refused);
    else if (verb === "connect" && why !== "other-epoch") this.ways.enterSoon();
  }

  /** Enter the room's media server, or enter it anew. */
  enterServer() {
    const { mode, epoch } = this.room;
    if (mode === "sfu") this.ways.goToServer({ ice: this.ice, epoch, sends: this.me.role !== "listener" });
  }

  /** Whoever sends something that should come by the present way. */
  senders() {
    const others = this.ways.isDirect ? [this.people.get(this.ways.other)] : [...this.people.values()];
    return others.filter((each) => each && each.id !== this.me.id && !each.away && (each.audio || this.isSeen(each))).map(({ id }) => id);
  }

  /** Whether somebody's picture comes: of many people those of a few are sent. */
  isSeen({ id, video, screen }) {
    return (video || screen) && (id === this.me.id || !this.pictures || this.pictures.has(id));
  }

  heard(from, track) {
    const stream = this.streams.get(from) ?? new MediaStream();
    this.streams.set(from, stream);
    for (const before of stream.getTracks()) if (before !== track && before.kind === track.kind) stream.removeTrack(before);
    stream.addTrack(track);
    this.tiles.play(from, stream);
  }

  expect() {
    this.ways?.expect();
  }

  /** Send what the devices give now, and tell so. */
  async sendsAll() {
    if (!this.me) return;
    await this.ways.send();
    this.tiles.play(this.me.id, this.screen ? new MediaStream([this.screen]) : this.devices.stream);
    this.tellWhatIsSent();
  }

  tellWhatIsSent() {
    const shown = { audio: Boolean(this.devices.audio), video: Boolean(this.devices.video), screen: Boolean(this.screen), hand: this.hand };
    this.me = { ...this.me, ...shown };
    this.people.set(this.me.id, this.me);
    this.shown(this.me);
    this.line.say({ do: "show", ...shown });
    for (const [name, isOn] of [["mic", shown.audio], ["cam", shown.video], ["screen", shown.screen], ["hand", shown.hand]]) {
      this.tool(name).setAttribute("aria-pressed", String(isOn));
    }
  }

  async set(kind, isOn) {
    await this.devices.set(kind, isOn);
    await this.sendsAll();
  }

  async share(isOn) {
    this.screen?.stop();
    this.screen = isOn ? await screen() : null;
    this.screen?.addEventListener("ended", () => void this.share(false));
    await this.sendsAll();
  }

  use(name) {
    const isOn = this.tool(name).getAttribute("aria-pressed") === "true";
    switch (name) {
      case "mic": return void this.set("audio", !isOn);
      case "cam": return void this.set("video", !isOn);
      case "screen": return void this.share(!isOn);
      case "hand": this.hand = !isOn; return this.tellWhatIsSent();
      case "chat": return this.open(name, (isOpen) => this.talk.showChat(isOpen));
      case "captions": return this.open(name, (isOpen) => this.talk.showCaptions(isOpen));
      case "view": return this.look(!isOn);
      case "lock": return this.line.say({ do: "lock", locked: !isOn });
      case "end": return window.confirm(this.texts.confirmEnd) && this.line.say({ do: "end" });
      case "leave": return this.leave();
    }
  }

  /** Open what a tool opens, or close it. */
  open(name, show) {
    const isOpen = this.tool(name).getAttribute("aria-pressed") !== "true";
    this.tool(name).setAttribute("aria-pressed", String(isOpen));
    show(isOpen);
  }

  /** Show whoever talks large and the others small, or all alike. */
  look(isSpeaker) {
    this.tool("view").setAttribute("aria-pressed", String(isSpeaker));
    this.tiles.look(isSpeaker);
  }

  /** Write to all; where all is encrypted, to each of those who have the key. Return whether there is a line for it. */
  write(text, where) {
    if (!this.encryption) return this.line.say({ do: "say", text, where });
    if (this.isCut) return false;
    void this.encryption.sealing.say(text, where);
    this.written({ from: this.me.id, name: this.me.name, text, where });
    return true;
  }

  bind() {
    for (const button of this.root.querySelectorAll("[data-tool]")) button.addEventListener("click", () => this.use(button.dataset.tool));
    this.one("picture").addEventListener("change", ({ target }) => {
      this.ways.receive(target.value);
    });
    this.one("copy").addEventListener("click", async () => {
      await navigator.clipboard?.writeText(this.root.querySelector("#link").value);
      this.notice(this.texts.copied);
    });
    document.addEventListener("keydown", (event) => {
      const isWriting = event.target.closest("input, textarea, select");
      const name = KEYS[event.key.toLowerCase()];
      if (isWriting || !name || event.ctrlKey || event.metaKey || event.altKey || this.one("room-part").hidden) return;
      event.preventDefault();
      this.use(name);
    });
    window.addEventListener("pagehide", () => this.ways?.leave());
  }

  /** Say what the way of picture and sound is, as it is. */
  sign() {
    const { texts, room, ways } = this;
    let said = texts.alone;
    if (this.isCut) said = texts.reconnecting;
    else if (room?.line) said = `${texts.line} ${texts.linePlace} ${room.line}`;
    else if (ways.now) said = ways.isConnected ? this.wayTaken() : texts.connecting;
    if (ways.isServer && room?.strained) said = `${said}. ${texts.strained}`;
    if (this.one("sign").textContent !== said) this.one("sign").textContent = said;
  }

  wayTaken() {
    const { texts, encryption } = this;
    if (this.ways.isServer) return encryption ? texts.encryptedServer : texts.server;
    return encryption ? texts.encryptedDirect : texts.direct;
  }

  moderates() {
    return ["owner", "moderator"].includes(this.me.role);
  }

  shown(person) {
    this.tiles.show(person, {
      isMe: person.id === this.me.id,
      canModerate: this.moderates(),
      isSeen: this.isSeen(person),
      isUnreadable: this.encryption?.sealing.canRead(person.id) === false,
    });
  }

  gone(id) {
    this.people.delete(id);
    this.encryption?.sealing.leave(id);
    this.streams.delete(id);
    this.tiles.remove(id);
    this.expect();
  }

  notice(text) {
    const line = element("p", {}, text);
    this.one("notices").append(line);
    setTimeout(() => line.remove(), NOTICE_MS);
  }

  leave() {
    this.line.leave();
    this.close();
    window.location.assign(this.texts.leave);
  }

  over(why) {
    this.close();
    this.one("room-part").hidden = true;
    const said = this.one("over-said");
    const { kicked, ended, elsewhere, cannotEncrypt: unencrypted, gone } = this.texts;
    said.textContent = { kicked, ended, elsewhere, unencrypted }[why] ?? gone;
    this.one("over-part").hidden = false;
    said.focus();
  }

  close() {
    this.ways?.leave();
    this.screen?.stop();
    this.devices.end();
    for (const id of [...this.people.keys()]) this.gone(id);
    this.encryption?.end();
  }
}
