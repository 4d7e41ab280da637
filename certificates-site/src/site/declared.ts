// What a certificate says, as a list that people read: text nodes alone, with invisible characters shown.
import { type Declaration, KEY, type Value } from "../format/declaration.ts";
import type { Field, Form } from "../format/forms.ts";
import { element } from "./elements.ts";
import { type Texts, worded } from "./texts.ts";
import { dateText, momentText } from "./times.ts";
import { visible } from "./visible.ts";

/** Tell whether a declaration holds characters that are not seen. */
export function hasHidden(declared: Declaration): boolean {
  const texts = [...declared.values.values()].flat(2).filter((value) => typeof value === "string");
  return texts.some((text) => visible(text) !== text);
}

/** Return the fields as pairs of label and value, in the form's order; what the form does not know comes last, by number. */
export function fieldList(declared: Declaration, form: Form | null, texts: Texts): HTMLElement {
  const known = form?.fields ?? [];
  const unknown = [...declared.values.keys()].filter((key) => !known.some((field) => field.key === key));
  const list = element("dl", { class: "facts" });
  const add = (label: string, lines: readonly string[]) =>
    list.append(element("div", {}, element("dt", {}, label), ...lines.map((line) => element("dd", { dir: "auto" }, visible(line)))));
  for (const field of known) {
    const value = declared.values.get(field.key);
    if (value !== undefined && field.key !== KEY.createdAt) add(worded(field.label, texts), written(value, field, form!, texts));
  }
  for (const key of unknown) add(String(key), written(declared.values.get(key)!, null, form, texts));
  return list;
}

function written(value: Value, field: Field | null, form: Form | null, texts: Texts): string[] {
  if (typeof value === "number") {
    return [field?.kind === "time" || !field ? momentText(value, form?.zone ?? "UTC", texts.language) : String(value)];
  }
  if (typeof value === "string") return [field?.kind === "date" ? dateText(value, texts.language) : value];
  return value.map((each) => {
    if (typeof each !== "string") return `${each[0]}, ${dateText(each[1], texts.language)}`;
    const reason = field?.kind === "reasons" ? form?.reasons.find((known) => known.code === each) : undefined;
    return reason ? worded(reason.short, texts) : each;
  });
}
