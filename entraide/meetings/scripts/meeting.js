// data-meeting: a meeting's page. First its door, then the room behind it.
import { Devices } from "./devices.js";
import { Door } from "./door.js";
import { canEncrypt, keyIn } from "./link.js";
import { Room } from "./room.js";

for (const root of document.querySelectorAll("[data-meeting]")) {
  root.querySelector("[data-without-scripts]").remove();
  root.querySelector("[data-door-part]").hidden = false;
  const devices = new Devices();
  const key = keyIn(window.location.hash);
  if (key && !canEncrypt()) {
    root.querySelector("[data-door-said]").textContent = root.dataset.cannotEncrypt;
    root.querySelector("[data-enter]").disabled = true;
  }
  const room = new Room(root, devices, key);
  const door = new Door(root, devices, { hasKey: Boolean(key), enter: (told) => void room.enter(told) });
  // Whoever came in before they allowed camera and microphone is seen and heard from then on.
  void door.open().then(() => room.sendsAll());
}
