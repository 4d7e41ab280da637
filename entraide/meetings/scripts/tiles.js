// The grid: a tile for each person with picture, name, and what can be known of them.
import { element } from "./element.js";

export class Tiles {
  constructor(grid, texts, { moderate }) {
    this.grid = grid;
    this.texts = texts;
    this.moderate = moderate;
    this.tiles = new Map();
    this.isSpeakerView = false;
    this.main = "";
  }

  /** Show somebody as they are now. `isMe` mirrors the picture and keeps its sound away. */
  show(person, { isMe, canModerate, isSeen, isUnreadable }) {
    const tile = this.tiles.get(person.id) ?? this.made(person.id, isMe);
    const { name, states, tools } = tile;
    name.textContent = isMe ? `${person.name} (${this.texts.you})` : person.name;
    states.textContent = [
      person.hand && `✋ ${this.texts.hand}`,
      !person.audio && this.texts.muted,
      person.away && this.texts.away,
      isUnreadable && this.texts.unreadable,
    ].filter(Boolean).join(" · ");
    tile.root.classList.toggle("has-picture", isSeen);
    tile.root.classList.toggle("is-away", person.away);
    tile.root.classList.toggle("is-screen", person.screen);
    tile.root.classList.toggle("has-hand", person.hand);
    tools.hidden = isMe || !canModerate;
    tile.root.setAttribute("aria-label", `${name.textContent}${states.textContent ? `, ${states.textContent}` : ""}`);
    this.grid.dataset.count = String(Math.min(this.tiles.size, 9));
    this.putFirst(this.main);
    return tile;
  }

  made(id, isMe) {
    const video = element("video", { playsinline: true, autoplay: true });
    video.muted = isMe;
    const name = element("span", { class: "tile__name" });
    const states = element("span", { class: "tile__states" });
    const tools = element("span", { class: "tile__tools", hidden: true },
      element("button", { type: "button", onclick: () => this.moderate({ do: "mute", who: id, media: "audio" }) }, this.texts.mute),
      element("button", { type: "button", onclick: () => this.moderate({ do: "mute", who: id, media: "video" }) }, this.texts.stopCamera),
      element("button", { type: "button", onclick: () => this.moderate({ do: "kick", who: id }) }, this.texts.kick),
      element("button", { type: "button", onclick: () => window.confirm(this.texts.confirmBan) && this.moderate({ do: "ban", who: id }) }, this.texts.ban));
    const root = element("div", { class: isMe ? "tile is-me" : "tile", "data-person": id, role: "group" },
      element("span", { class: "tile__initial", "aria-hidden": "true" }), video,
      element("div", { class: "tile__caption" }, name, states, tools));
    this.grid.append(root);
    const tile = { root, video, name, states, tools };
    this.tiles.set(id, tile);
    return tile;
  }

  talks(id, isTalking) {
    this.tiles.get(id)?.root.classList.toggle("is-talking", isTalking);
    if (isTalking) this.putFirst(id);
  }

  look(isSpeakerView) {
    this.isSpeakerView = isSpeakerView;
    this.grid.classList.toggle("is-speaker-view", isSpeakerView);
    this.putFirst(this.main);
  }

  /** Show somebody large, a screen before all: whoever looks at one does not want to lose it when somebody coughs. */
  putFirst(id) {
    const others = [...this.tiles].filter(([, { root }]) => !root.classList.contains("is-me"));
    const shared = others.find(([, { root }]) => root.classList.contains("is-screen"));
    this.main = shared?.[0] ?? (others.some(([each]) => each === id) ? id : others[0]?.[0] ?? "");
    for (const [each, { root }] of this.tiles) root.classList.toggle("is-main", this.isSpeakerView && each === this.main);
  }

  play(id, stream) {
    const video = this.tiles.get(id)?.video;
    if (!video || video.srcObject === stream) return;
    video.srcObject = stream;
    // A browser that wants a click first plays at the next one.
    video.play().catch(() => document.addEventListener("click", () => void video.play().catch(() => undefined), { once: true }));
  }

  remove(id) {
    const tile = this.tiles.get(id);
    if (tile) tile.video.srcObject = null;
    tile?.root.remove();
    this.tiles.delete(id);
    this.grid.dataset.count = String(Math.min(this.tiles.size, 9));
    this.putFirst(this.main);
  }
}
