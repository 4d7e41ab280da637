// A field for several people, such as children: one row each, a name and a birth date.
import type { Person } from "../format/declaration.ts";
import type { Field } from "../format/forms.ts";
import { element } from "../site/elements.ts";
import { filled, type Texts } from "../site/texts.ts";
import { faultPlace, labelText, type Shown } from "./fields.ts";

/** Return people as the text that fills the field in: a line each, the name before a tab, the birth date behind it. */
export function peopleText(people: readonly Person[]): string {
  return people.map((person) => person.join("\t")).join("\n");
}

function peopleIn(text: string): Person[] {
  return text.split("\n").filter((line) => line !== "").map((line): Person => {
    const tab = line.lastIndexOf("\t");
    return tab < 0 ? [line, ""] : [line.slice(0, tab), line.slice(tab + 1)];
  });
}

/** Return the field, with one row where somebody must be named. */
export function peopleField(field: Field, texts: Texts): Shown {
  const id = `field-${field.name}`;
  const rows = element("div", { class: "people" });
  const add = element("button", { type: "button", class: "secondary", onclick: () => addRow().focus() }, texts.addPerson);

  /** Add somebody, and return where their name is typed. */
  function addRow([saidName, saidBirth]: Person = ["", ""]): HTMLElement {
    const at = `${id}-${rows.childElementCount}-${Date.now()}`;
    const name = element("input", { id: `${at}-name`, type: "text", autocomplete: "off", value: saidName });
    const birth = element("input", { id: `${at}-birth`, type: "date", autocomplete: "off", value: saidBirth });
    const remove = element("button", { type: "button", class: "plain" }, filled(texts.removePerson, saidName));
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
    return name;
  }

  function fill(text: string): void {
    rows.replaceChildren();
    for (const person of peopleIn(text).slice(0, field.most)) addRow(person);
    add.disabled = rows.childElementCount >= field.most;
  }

  function value(): Person[] | null {
    const people = Array.from(rows.children, (row): Person => {
      const [name, birth] = Array.from(row.querySelectorAll("input"), (input) => input.value.trim().normalize("NFC"));
      return [name ?? "", birth ?? ""];
    });
    const given = people.filter(([name, birth]) => name !== "" || birth !== "");
    return given.length > 0 ? given : null;
  }

  if (field.required) addRow();
  const box = element("fieldset", { class: "field", "aria-describedby": `${id}-fault` },
    element("legend", {}, labelText(field, texts)), rows, add, faultPlace(id));
  return { field, box, value, fill };
}
