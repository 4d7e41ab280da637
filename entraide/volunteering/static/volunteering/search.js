// data-sparing: fields left as they are by default do not stand in the address, so that one search has one address.
// FormData is what both a plain submission and htmx read, so this serves either.
for (const form of document.querySelectorAll("form[data-sparing]")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
    if (!formData.has("where")) formData.delete("radius");
  });
}
