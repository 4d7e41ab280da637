// The fields of a form as a person fills them in, and the declaration that they make.
import { type Declaration, KEY, SALT_BYTES, type Value } from "../format/declaration.ts";
import type { Fault, Field, Form } from "../format/forms.ts";
import { element } from "../site/elements.ts";
import { filled, type Texts, worded } from "../site/texts.ts";
import { fromField, toField } from "../site/times.ts";
import { secondsNow } from "../site/trust.ts";
import { peopleField } from "./people.ts";

const FILL: Readonly<Record<string, string>> = {
  given_name: "given-name", family_name: "family-name", birth_date: "bday", address: "street-address",
  postcode: "postal-code", city: "address-level2",
};

/** A field on the page: what stands there, what it holds, and where its fault is said. */
export interface Shown {
  readonly field: Field;
  readonly box: HTMLElement;
  value(): Value | null;
  fill(value: string): void;
}

/** Return the fields of a form, each in a box of its own. */
export function shownFields(form: Form, texts: Texts): Shown[] {
  return form.fields.filter((field) => field.key !== KEY.createdAt).map((field) => {
    if (field.kind === "reasons") return reasonsField(field, form, texts);
    if (field.kind === "people") return peopleField(field, texts);
    return inputField(field, texts);
  });
}

/** Return what the fields declare, with a new salt: the same words never have the same hash twice. */
export function declared(form: Form, shown: readonly Shown[]): Declaration {
  const values = new Map<number, Value>();
  for (const { field, value } of shown) {
    const found = value();
    if (found !== null) values.set(field.key, found);
  }
  if (form.fields.some((field) => field.key === KEY.createdAt)) values.set(KEY.createdAt, secondsNow());
  return { salt: crypto.getRandomValues(new Uint8Array(SALT_BYTES)), form: form.id, values };
}

/** Say at each field what is wrong with it, and put the focus on the first. */
export function showFaults(faults: readonly Fault[], shown: readonly Shown[], texts: Texts): void {
  for (const { field, box } of shown) {
    const fault = faults.find((each) => each.field === field.name);
    const said = box.querySelector(".fault");
    if (said) said.textContent = fault ? filled(texts[fault.code], field.most) : "";
    for (const input of box.querySelectorAll("input, textarea")) input.setAttribute("aria-invalid", String(fault !== undefined));
  }
  const first = shown.find(({ field }) => faults.some((fault) => fault.field === field.name));
  first?.box.querySelector<HTMLElement>("input, textarea, button")?.focus();
}

/** Return the place where a field's fault is said. */
export function faultPlace(id: string): HTMLElement {
  return element("p", { class: "fault", id: `${id}-fault`, role: "alert" });
}

export function labelText(field: Field, texts: Texts): string {
  return field.required ? worded(field.label, texts) : `${worded(field.label, texts)} (${texts.optional})`;
}

function inputField(field: Field, texts: Texts): Shown {
  const id = `field-${field.name}`;
  const input = element("input", {
    id, name: field.name, "aria-describedby": `${id}-fault`, required: field.required,
    type: field.kind === "time" ? "datetime-local" : field.kind === "date" ? "date" : "text",
    autocomplete: FILL[field.name] ?? "off", maxlength: field.kind === "text" ? field.most * 2 : null,
    inputmode: field.name === "postcode" ? "numeric" : null,
  });
  const times = field.key === KEY.leavingAt ? timeButtons(input, texts) : null;
  if (times) input.value = toField(secondsNow());
  const box = element("div", { class: "field" }, element("label", { for: id }, labelText(field, texts)), input, times, faultPlace(id));
  return {
    field,
    box,
    value: () => (field.kind === "time" ? fromField(input.value) : input.value.trim().normalize("NFC") || null),
    fill: (value) => { input.value = value; },
  };
}

function timeButtons(input: HTMLInputElement, texts: Texts): HTMLElement {
  const set = (minutes: number) => () => { input.value = toField(secondsNow() + 60 * minutes); };
  const button = (label: string, minutes: number) => element("button", { type: "button", class: "plain", onclick: set(minutes) }, label);
  return element("p", { class: "row" }, button(texts.leavingNow, 0), button(texts.in15, 15), button(texts.in60, 60));
}

function reasonsField(field: Field, form: Form, texts: Texts): Shown {
  const id = `field-${field.name}`;
  const inputs = form.reasons.map((reason) => ({
    code: reason.code,
    input: element("input", { type: form.severalReasons ? "checkbox" : "radio", name: field.name, id: `reason-${reason.code}` }),
    full: worded(reason.full, texts),
    short: worded(reason.short, texts),
  }));
  const box = element("fieldset", { class: "field", "aria-describedby": `${id}-fault` },
    element("legend", {}, `${worded(field.label, texts)} · ${form.severalReasons ? texts.severalReasons : texts.oneReason}`),
    ...inputs.map(({ input, code, short, full }) => element("div", { class: "choice" }, input,
      element("label", { for: `reason-${code}` }, element("strong", {}, short), full === short ? null : element("span", { class: "small" }, full)))),
    faultPlace(id));
  return {
    field,
    box,
    value: () => {
      const codes = inputs.filter(({ input }) => input.checked).map(({ code }) => code);
      return codes.length > 0 ? codes : null;
    },
    fill: (value) => { for (const { input, code } of inputs) input.checked = value.split(",").includes(code); },
  };
}
