// data-sparing: fields left as they are by default do not stand in the address, so that one search has one address.
// FormData is what both a plain submission and htmx read, so this serves either.
const FINGERS_REST_MS = 700;

for (const form of document.querySelectorAll("form[data-sparing]")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) {
      const usual = form.elements.namedItem(name)?.dataset?.usual;
      // Spaces round words say nothing: a search is not asked again for one that was typed.
      const said = value.trim().replace(/\s+/g, " ");
      if (said === "" || said === usual) formData.delete(name);
      else if (said !== value) formData.set(name, said);
    }
  });

  // The home page shows what is needed near the place that was looked for last: near.js.
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "where" || target.value.trim() === "") return;
    try {
      localStorage.setItem("entraide.where", target.value.trim().slice(0, 100));
    } catch {
      // Whoever keeps sites from remembering loses nothing else.
    }
  });

  const box = form.elements.namedItem("q");
  const words = () => box.value.trim();
  // What was asked last is not asked again: leaving the box for words says "change" after its last letter was searched.
  let asked = null;
  // The words that the list is about.
  let listed = words();
  // Whether the address in the bar was written while typing: the next letters write over it, so that going back leads
  // to the search before, not through its letters.
  let typed = false;
  let typing = false;

  // The first letter of a word says nothing of it yet: the list without it is the list with it.
  const onlyBegins = () => /(^|\s)\S$/u.test(words()) && words().slice(0, -1).trim() === listed;

  // Decided before htmx lets a request take the place of the one that is under way: of two that ask the same, such as
  // leaving a box and pressing the button, the first one goes on.
  form.addEventListener("htmx:config:request", (event) => {
    const { request, sourceEvent } = event.detail.ctx;
    if (sourceEvent?.type === "counts") {
      request.body.set("part", "choices");
      return;
    }
    const asks = new URLSearchParams(request.body).toString();
    const isTyped = sourceEvent?.type === "input";
    if (asks === asked || (isTyped && onlyBegins())) {
      event.preventDefault();
      return;
    }
    asked = asks;
    listed = words();
    typing = isTyped;
    if (typing) request.body.set("typing", "1");
  });
  form.addEventListener("htmx:error", () => (asked = null));
  document.addEventListener("htmx:before:history:update", ({ detail }) => {
    if (detail.sourceElement !== form) return;
    if (typing && typed) detail.history.type = "replace";
    typed = typing;
  });

  // The choices beside the list count what each would leave. They follow the list where they are seen: as soon as a
  // choice is made, else when the fingers rest, for counting costs more than finding.
  const filters = form.querySelector("details.filters");
  let isBehind = false;
  let resting = 0;
  const follow = () => {
    if (isBehind && document.getElementById("facets").checkVisibility?.() !== false) form.dispatchEvent(new Event("counts"));
  };
  form.addEventListener("htmx:before:request", () => clearTimeout(resting));
  form.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.status !== "swapped") return;
    isBehind = ctx.sourceEvent?.type !== "counts";
    if (isBehind) resting = setTimeout(follow, typing ? FINGERS_REST_MS : 0);
  });
  filters?.addEventListener("toggle", follow);
}
