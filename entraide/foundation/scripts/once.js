// data-once: a second click on a form that is on its way does nothing. Coming back to the page makes it live again.
export function bindOnce(form) {
  if (form.dataset.onceBound) return;
  form.dataset.onceBound = "yes";
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("aria-busy")) event.preventDefault();
    else form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => form.removeAttribute("aria-busy"));
}
