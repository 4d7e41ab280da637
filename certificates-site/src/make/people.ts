// A field for several people, such as children: one row each, a name and a birth date.
import type { Person } from "../format/declaration.ts";
import type { Field } from "../format/forms.ts";
import { element } from "../site/elements.ts";
import { filled, type Texts } from "../site/texts.ts";
import { faultPlace, labelText, type Shown } from "./fields.ts";

/** Return the field, with one row where somebody must be named. */
export function peopleField(field: Field, texts: Texts): Shown {
  const id = `field-${field.name}`;
  const rows = element("div", { class: "people" });
  const add = element("button", { type: "button", class: "secondary", onclick: () => addRow(true) }, texts.addPerson);

  function addRow(isAsked: boolean): void {
    const at = `${id}-${rows.childElementCount}-${Date.now()}`;
    const name = element("input", { id: `${at}-name`, type: "text", autocomplete: "off" });
    const birth = element("input", { id: `${at}-birth`, type: "date", autocomplete: "off" });
    const remove = element("button", { type: "button", class: "plain" }, filled(texts.removePerson, ""));
    const row = element("div", { class: "person" },
      element("div", {}, element("label", { for: name.id }, texts.personName), name),
      element("div", {}, element("label", { for: birth.id }, texts.personBirth), birth),
      remove);
    name.addEventListener("input", () => { remove.textContent = filled(texts.removePerson, name.value); });
    remove.addEventListener("click", () => {
      row.remove();
      add.disabled = false;
      add.focus();
    });
    rows.append(row);
    add.disabled = rows.childElementCount >= field.most;
    if (isAsked) name.focus();
  }

  function value(): Person[] | null {
    const people = Array.from(rows.children, (row): Person => {
      const [name, birth] = Array.from(row.querySelectorAll("input"), (input) => input.value.trim().normalize("NFC"));
      return [name ?? "", birth ?? ""];
    });
    const given = people.filter(([name, birth]) => name !== "" || birth !== "");
    return given.length > 0 ? given : null;
  }

  if (field.required) addRow(false);
  const box = element("fieldset", { class: "field", "aria-describedby": `${id}-fault` },
    element("legend", {}, labelText(field, texts)), rows, add, faultPlace(id));
  return { field, box, value, fill: () => undefined };
}
