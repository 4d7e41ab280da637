// data-sparing: fields left as they are by default do not stand in the address, so that one search has one address.
// FormData is what both a plain submission and htmx read, so this serves either.
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

  form.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    typing = ctx.sourceEvent?.type === "input";
    if (ctx.request.action === asked || (typing && onlyBegins())) {
      event.preventDefault();
      return;
    }
    asked = ctx.request.action;
    listed = words();
    if (typing) ctx.request.action += "&typing=1";
  });
  form.addEventListener("htmx:error", () => (asked = null));
  document.addEventListener("htmx:before:history:update", ({ detail }) => {
    if (detail.sourceElement !== form) return;
    if (typing && typed) detail.history.type = "replace";
    typed = typing;
  });
}
