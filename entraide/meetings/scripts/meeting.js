// data-meeting: a meeting's page. First its door, then the room behind it.
import { Devices } from "./devices.js";
import { Door } from "./door.js";
import { canEncrypt, keyIn, promisesKey } from "./link.js";
import { Room } from "./room.js";

for (const root of document.querySelectorAll("[data-meeting]")) {
  root.querySelector("[data-without-scripts]").remove();
  root.querySelector("[data-door-part]").hidden = false;
  const devices = new Devices();
  const { hash } = window.location;
  const key = keyIn(hash);
  const isPromised = promisesKey(hash);
  const obstacle = isPromised && !key ? root.dataset.keyBroken : key && !canEncrypt() ? root.dataset.cannotEncrypt : "";
  if (obstacle) {
    root.querySelector("[data-door-said]").textContent = obstacle;
    root.querySelector("[data-enter]").disabled = true;
  }
  // Whoever pastes the whole link here means it; to the address where one is, browsers do not go.
  window.addEventListener("hashchange", () => {
    if (keyIn(window.location.hash) && window.location.hash !== hash) window.location.reload();
    else if (isPromised) window.history.replaceState(null, "", hash);
  });
  const room = new Room(root, devices, key);
  const door = new Door(root, devices, { hasKey: isPromised, enter: (told) => void room.enter(told) });
  // Whoever came in before they allowed camera and microphone is seen and heard from then on.
  void door.open().then(() => room.sendsAll());
}
