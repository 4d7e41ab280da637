// data-encrypts: the meeting that is opened gets a key of its own, which only its link knows. The server opens the meeting and
// sends the browser there; what stands behind the # goes along, and was never sent.
import { canEncrypt, newFragment } from "./link.js";

for (const box of document.querySelectorAll("[data-encrypts]")) {
  if (!canEncrypt()) continue;
  box.disabled = false;
  const action = box.form.getAttribute("action");
  // One for the page: a form that is sent twice opens one meeting.
  const fragment = newFragment();
  box.form.addEventListener("submit", () => {
    box.form.setAttribute("action", box.checked ? action + fragment : action);
  });
}
