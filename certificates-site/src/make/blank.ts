// The certificate to fill in by hand: the form's labels with lines to write on. It has no code.
import type { Form } from "../format/forms.ts";
import { KEY } from "../format/declaration.ts";
import { element, named } from "../site/elements.ts";
import { type Texts, worded } from "../site/texts.ts";

/** Print a form without anything in it. */
export function printBlank(form: Form, texts: Texts): void {
  const page = named("paper");
  const fields = form.fields.filter((field) => field.key !== KEY.createdAt && field.kind !== "reasons");
  page.replaceChildren(
    element("h1", {}, worded(form.title, texts)),
    element("p", {}, worded(form.statement, texts)),
    ...fields.map((field) => element("p", { class: "line" }, worded(field.label, texts))),
    element("ul", { class: "boxes" }, ...form.reasons.map((reason) => element("li", {}, worded(reason.full, texts)))),
    element("p", { class: "small" }, form.legal.join(" · ")),
  );
  document.body.classList.add("prints-paper");
  window.addEventListener("afterprint", () => document.body.classList.remove("prints-paper"), { once: true });
  window.print();
}
