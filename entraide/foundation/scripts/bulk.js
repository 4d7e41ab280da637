// data-bulk: adds "select all" (shown by data-bulk-all) and tells how many rows are chosen (data-bulk-count, whose text
// comes from its data-none, data-one and data-many). Rows are checkboxes with data-bulk-row.
export function bindBulk(form) {
  if (form.dataset.bulkBound) return;
  form.dataset.bulkBound = "yes";
  const rows = () => [...form.querySelectorAll("[data-bulk-row]")];
  const all = form.querySelector("[data-bulk-all]");
  const count = form.querySelector("[data-bulk-count]");

  function show() {
    const chosen = rows().filter((row) => row.checked).length;
    if (all) {
      all.checked = chosen > 0 && chosen === rows().length;
      all.indeterminate = chosen > 0 && chosen < rows().length;
    }
    if (!count) return;
    const text = chosen === 0 ? count.dataset.none : chosen === 1 ? count.dataset.one : count.dataset.many;
    count.textContent = text.replace("{count}", String(chosen));
  }

  if (all) {
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => {
      rows().forEach((row) => { row.checked = all.checked; });
      show();
    });
  }
  form.addEventListener("change", show);
  show();
}
