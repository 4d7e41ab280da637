// Completes a commune while it is typed: the combobox of ARIA 1.2 with a list and manual selection. The focus stays in
// the text box; the server reads the same text without this script.
//
//   <div data-complete="/territories/complete" data-none="…" data-one="…" data-many="…">
//     <input> <ul role="listbox" hidden></ul> <p role="status" data-complete-status></p>
//   </div>

const PAUSE_MS = 120;
let boxes = 0;

class Completion {
  constructor(root) {
    this.texts = root.dataset;
    this.input = root.querySelector("input");
    this.list = root.querySelector("[role=listbox]");
    this.status = root.querySelector("[data-complete-status]");
    this.timer = 0;
    this.asked = null;
    this.name();
    this.close();
    this.listen();
  }

  name() {
    this.list.id ||= `communes-${(boxes += 1)}`;
    const roles = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": this.list.id };
    for (const [attribute, value] of Object.entries(roles)) this.input.setAttribute(attribute, value);
  }

  listen() {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.forget());
    // Keeps the focus in the box while the mouse chooses, so that blur does not close the list first.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  get options() {
    return [...this.list.children];
  }

  typed() {
    this.forget();
    if (this.input.value.trim()) this.timer = setTimeout(() => this.ask(), PAUSE_MS);
    else this.list.replaceChildren();
  }

  /** Drop what was asked, so that no late answer opens the list again. */
  forget() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.status.textContent = "";
    this.close();
  }

  async ask() {
    this.asked = new AbortController();
    const query = new URLSearchParams({ q: this.input.value.trim(), as: "options" });
    try {
      const answer = await fetch(`${this.texts.complete}?${query}`, { signal: this.asked.signal, credentials: "omit" });
      if (answer.ok) this.show(await answer.text());
    } catch {
      // Dropped for a newer text, or the network is away: the form takes the text as it is.
      this.close();
    }
  }

  show(html) {
    this.list.innerHTML = html;
    this.options.forEach((option, at) => (option.id = `${this.list.id}-${at}`));
    this.open();
    const { none, one, many } = this.texts;
    this.status.textContent = [none, one][this.options.length] ?? many;
  }

  open() {
    this.list.hidden = this.options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(-1);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  mark(index) {
    this.active = index;
    this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.options[index];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  pressed(event) {
    const last = this.options.length - 1;
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && !this.list.hidden) this.forget();
    else if (event.key === "Enter" && this.active >= 0) this.choose(this.options[this.active]);
    else if (event.key === "ArrowDown" && last >= 0) this.move(this.active >= last ? 0 : this.active + 1);
    else if (event.key === "ArrowUp" && last >= 0) this.move(this.active <= 0 ? last : this.active - 1);
    else return;
    event.preventDefault();
  }

  move(index) {
    if (this.list.hidden) this.open();
    this.mark(index);
  }

  choose(option) {
    this.input.value = option.dataset.value;
    this.forget();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function bind(root) {
  for (const found of root.querySelectorAll("[data-complete]:not([data-bound])")) {
    found.dataset.bound = "";
    new Completion(found);
  }
}

bind(document);
document.addEventListener("htmx:after:swap", () => bind(document));
