// What every page runs: small behaviours bound by data attributes. Pages work without them.
import { bindBulk } from "./bulk.js";
import { bindOnce } from "./once.js";
import { takeFocus } from "./focus.js";

function bind(root) {
  root.querySelectorAll("[data-take-focus]").forEach(takeFocus);
  root.querySelectorAll("form[data-once]").forEach(bindOnce);
  root.querySelectorAll("form[data-bulk]").forEach(bindBulk);
}

bind(document);
document.addEventListener("htmx:after:swap", () => bind(document));
