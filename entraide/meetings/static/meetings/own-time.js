// data-own-time: when a meeting begins, said in the device's own zone where its clock shows another time than the page.
// data-opens-at: the page is loaded again when the door opens. Without either, nothing is missing: a link looks again.
const LONGEST_WAIT = 24 * 3600 * 1000;

for (const place of document.querySelectorAll("[data-own-time]")) {
  const written = place.dataset.ownTime;
  const at = new Date(written);
  // What the page says is the local time of the meeting, as it stands before the offset.
  const here = `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
  if (here !== written.slice(11, 16)) {
    const told = at.toLocaleString(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
    place.textContent = `${place.dataset.said} ${told}`;
    place.hidden = false;
  }
}

for (const place of document.querySelectorAll("[data-opens-at]")) {
  const wait = new Date(place.dataset.opensAt) - Date.now();
  if (wait > 0 && wait < LONGEST_WAIT) setTimeout(() => location.reload(), wait + 1000 + Math.random() * 2000);
}
