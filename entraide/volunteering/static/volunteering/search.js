// data-sparing: fields left as they are by default do not stand in the address, so that one search has one address.
// FormData is what both a plain submission and htmx read, so this serves either.
for (const form of document.querySelectorAll("form[data-sparing]")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) {
      const usual = form.elements.namedItem(name)?.dataset?.usual;
      if (value === "" || value === usual) formData.delete(name);
    }
  });

  // What was asked last is not asked again: leaving the box for words says "change" after its last letter was searched.
  let asked = null;
  // Whether the address in the bar was written while typing: the next letters write over it, so that going back leads
  // to the search before, not through its letters.
  let typed = false;
  let typing = false;
  form.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.request.action === asked) {
      event.preventDefault();
      return;
    }
    asked = ctx.request.action;
    typing = ctx.sourceEvent?.type === "input";
    if (typing) ctx.request.action += "&typing=1";
  });
  form.addEventListener("htmx:error", () => (asked = null));
  document.addEventListener("htmx:before:history:update", ({ detail }) => {
    if (detail.sourceElement !== form) return;
    if (typing && typed) detail.history.type = "replace";
    typed = typing;
  });
}
