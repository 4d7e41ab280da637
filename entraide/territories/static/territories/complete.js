// Completes a commune while it is typed: the combobox of ARIA 1.2 with a list and manual selection. The focus stays in
// the text box; the server reads the same text without this script.
//
//   <div data-complete="/territories/complete" data-none="…" data-one="…" data-many="…">
//     <input type="text"> <ul role="listbox" hidden></ul> <p role="status" data-complete-status></p>
//   </div>

const PAUSE_MS = 120;
let lists = 0;

function bindComplete(root) {
  const input = root.querySelector("input");
  const list = root.querySelector("[role=listbox]");
  const status = root.querySelector("[data-complete-status]");
  let timer = 0;
  let asked = null;
  let active = -1;

  list.id ||= `communes-${(lists += 1)}`;
  const attributes = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id };
  Object.entries(attributes).forEach(([name, value]) => input.setAttribute(name, value));
  close();

  function options() {
    return [...list.children];
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function open() {
    list.hidden = options().length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function mark(index) {
    active = index;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options()[index].id);
    return options()[index].scrollIntoView({ block: "nearest" });
  }

  function choose(option) {
    input.value = option.dataset.value;
    forget();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Drop what was asked, so that no late answer opens the list again. */
  function forget() {
    clearTimeout(timer);
    asked?.abort();
    status.textContent = "";
    close();
  }

  async function ask() {
    asked = new AbortController();
    const query = new URLSearchParams({ q: input.value.trim(), as: "options" });
    try {
      const answer = await fetch(`${root.dataset.complete}?${query}`, { signal: asked.signal, credentials: "omit" });
      if (answer.ok) show(await answer.text());
    } catch (error) {
      // Aborted by the next key, or the network is away: the form still takes the text as it is.
      close();
    }
  }

  function show(html) {
    list.innerHTML = html;
    options().forEach((option, at) => (option.id = `${list.id}-${at}`));
    mark(-1);
    open();
    const { none, one, many } = root.dataset;
    status.textContent = [none, one][options().length] ?? many;
  }

  function typed() {
    forget();
    if (input.value.trim()) timer = setTimeout(ask, PAUSE_MS);
    else list.replaceChildren();
  }

  function pressed(event) {
    const last = options().length - 1;
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && !list.hidden) forget();
    else if (event.key === "Enter" && active >= 0) choose(options()[active]);
    else if (event.key === "ArrowDown" && last >= 0) move(active >= last ? 0 : active + 1);
    else if (event.key === "ArrowUp" && last >= 0) move(active <= 0 ? last : active - 1);
    else return;
    event.preventDefault();
  }

  function move(index) {
    open();
    mark(index);
  }

  input.addEventListener("input", typed);
  input.addEventListener("keydown", pressed);
  input.addEventListener("blur", forget);
  // Keeps the focus in the box while the mouse chooses, so that blur does not close the list first.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}

function bind(root) {
  root.querySelectorAll("[data-complete]:not([data-bound])").forEach((found) => {
    found.dataset.bound = "";
    bindComplete(found);
  });
}

bind(document);
document.addEventListener("htmx:after:swap", () => bind(document));
