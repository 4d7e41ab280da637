// The door: one sees oneself, chooses what is used, says one's name, and comes in or waits until somebody opens.
import { metered } from "./devices.js";
import { Picks } from "./picks.js";

const KNOCK_AGAIN_MS = 2000;
const LONGEST_KNOCK_AGAIN_MS = 5000;

export class Door {
  /** `hasKey` is whether the link has the key of an encrypted meeting; `enter` gets what the door told. */
  constructor(root, devices, { hasKey, enter }) {
    this.hasKey = hasKey;
    this.root = root;
    this.texts = root.dataset;
    this.part = root.querySelector("[data-door-part]");
    this.devices = devices;
    this.enter = enter;
    this.said = root.querySelector("[data-door-said]");
    this.form = root.querySelector("[data-door-form]");
    this.stopMeter = () => undefined;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.knock();
    });
    this.bind("mic", "audio");
    this.bind("cam", "video");
    this.picks = new Picks(this.part, devices, () => this.look());
  }

  async open() {
    const found = await this.devices.begin();
    const said = this.root.querySelector("[data-devices-said]");
    said.textContent = !found.audio && !found.video ? this.texts.noDevices : !found.video ? this.texts.noCamera : "";
    this.look();
    await this.picks.list();
  }

  bind(name, kind) {
    const button = this.root.querySelector(`[data-door-${name}]`);
    button.addEventListener("click", async () => {
      await this.devices.set(kind, button.getAttribute("aria-pressed") !== "true");
      this.look();
    });
  }

  /** Show what is used now. */
  look() {
    if (this.part.hidden) return;
    const { audio, video, stream } = this.devices;
    this.root.querySelector("[data-door-mic]").setAttribute("aria-pressed", String(Boolean(audio)));
    this.root.querySelector("[data-door-cam]").setAttribute("aria-pressed", String(Boolean(video)));
    const picture = this.root.querySelector("[data-look]");
    picture.srcObject = video ? stream : null;
    if (video) void picture.play().catch(() => undefined);
    this.stopMeter();
    this.stopMeter = metered(stream, this.root.querySelector("[data-level]"));
  }

  async knock() {
    if (this.form.getAttribute("aria-busy") === "true") return;
    this.form.setAttribute("aria-busy", "true");
    try {
      let told = await this.ask();
      // Whoever has been let wait goes on waiting, whatever becomes of one question on the way.
      for (let pause = KNOCK_AGAIN_MS, waits = told?.state === "waiting"; waits; pause = Math.min(pause * 1.1, LONGEST_KNOCK_AGAIN_MS)) {
        if (told) this.said.textContent = this.texts.waiting;
        await new Promise((resolve) => setTimeout(resolve, pause));
        told = await this.ask();
        waits = told ? told.state === "waiting" : this.mayAskAgain;
      }
      if (told) this.leave(told);
    } finally {
      this.form.removeAttribute("aria-busy");
    }
  }

  /** Ask to come in; what stands against it is said at the form, and null returned. */
  async ask() {
    this.mayAskAgain = true;
    try {
      const answer = await fetch(this.root.dataset.door, { method: "POST", body: new URLSearchParams(new FormData(this.form)) });
      if (answer.ok) return this.fitting(await answer.json());
      this.mayAskAgain = answer.status === 429 || answer.status >= 500;
      const problem = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      this.said.textContent = answer.status === 429 ? this.texts.tooMany : problem.errors?.[0]?.detail ?? problem.title ?? this.texts.cannot;
    } catch {
      this.said.textContent = this.texts.cannot;
    }
    return null;
  }

  /** Return what the door told, unless it is of another kind than the link: nobody sends in clear who was promised otherwise. */
  fitting(told) {
    if (told.encrypted === this.hasKey) return told;
    this.mayAskAgain = false;
    this.said.textContent = told.encrypted ? this.texts.keyMissing : this.texts.notEncrypted;
    return null;
  }

  leave(told) {
    this.said.textContent = "";
    this.stopMeter();
    this.root.querySelector("[data-look]").srcObject = null;
    this.part.hidden = true;
    this.enter(told);
  }
}
