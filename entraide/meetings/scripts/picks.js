// The choices of microphone and camera, at the door and in the room.
import { element } from "./element.js";

const KINDS = { audioinput: "audio", videoinput: "video" };

export class Picks {
  /** `changed` is called when another device is used. */
  constructor(root, devices, changed) {
    this.picks = root.querySelectorAll("[data-pick]");
    this.devices = devices;
    for (const pick of this.picks) {
      pick.addEventListener("change", async () => {
        await devices.choose(KINDS[pick.dataset.pick], pick.value);
        changed();
      });
    }
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.list());
  }

  /** Show what there is now; where there is one, nothing is to be chosen. */
  async list() {
    for (const pick of this.picks) {
      const found = await this.devices.list(pick.dataset.pick);
      const chosen = this.devices.ids[KINDS[pick.dataset.pick]] || pick.value;
      pick.replaceChildren(...found.map(({ deviceId, label }, number) => element("option", { value: deviceId }, label || `${number + 1}`)));
      if (found.some(({ deviceId }) => deviceId === chosen)) pick.value = chosen;
      pick.closest(".field").hidden = found.length < 2;
    }
  }
}
