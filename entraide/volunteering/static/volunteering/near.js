// data-remember-place: the place that a search names is remembered on this device alone (search.js does so too).
// data-near: what is needed near that place is shown here, with a way to forget it. Without either, nothing is missing.
const KEY = "entraide.where";

function remembered() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    // Whoever keeps sites from remembering is not asked again.
    return "";
  }
}

function remember(place) {
  try {
    if (place === "") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, place);
  } catch {
    // As above.
  }
}

for (const form of document.querySelectorAll("form[data-remember-place]")) {
  form.addEventListener("submit", () => {
    const place = form.elements.namedItem("where")?.value.trim().slice(0, 100);
    if (place) remember(place);
  });
}

async function show(section, place) {
  const all = `${section.dataset.near}?${new URLSearchParams({ where: place })}`;
  const answer = await fetch(`${all}&part=near`);
  if (!answer.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  // A place that is none, or has no mission near it, leaves the page as it was.
  if (found.querySelector("[data-found]") === null) return;
  section.querySelector("[data-near-place]").textContent = place;
  section.querySelector("[data-near-all]").href = all;
  section.querySelector("[data-near-list]").replaceChildren(...found.body.childNodes);
  section.hidden = false;
}

for (const section of document.querySelectorAll("[data-near]")) {
  section.querySelector("[data-near-forget]").addEventListener("click", () => {
    remember("");
    section.hidden = true;
    document.getElementById("where")?.focus();
  });
  const place = remembered();
  // The page is whole without it: away from a network, nothing is said.
  if (place !== "") show(section, place).catch(() => undefined);
}
