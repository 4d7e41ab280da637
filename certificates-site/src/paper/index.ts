// Certificates and blank forms as PDF, made where they are asked for: two pages a certificate, as the command line prints them.
// Loaded when somebody asks for paper, for it is large.
import * as container from "../format/container.ts";
import * as declaration from "../format/declaration.ts";
import type { Field, Form } from "../format/forms.ts";
import { codeOf } from "../site/qr.ts";
import { visible } from "../site/visible.ts";
import { BOX, drawn, isolated, printable } from "./letters.ts";
import { MM, Sheet } from "./sheet.ts";
import { dateText, timeText, type Words, wordsIn } from "./words.ts";

/** What prints: each returns a PDF. `version` is this site's, for the foot of the pages. */
export interface Printer {
  certificate(text: string, form: Form, language: string, version: string): Promise<Blob>;
  blank(form: Form, language: string, version: string): Promise<Blob>;
}

const LARGE = 18;
const CODE = { small: 45 * MM, large: 106 * MM };
const TIMES: readonly number[] = [declaration.KEY.leavingAt, declaration.KEY.createdAt];

/** A label and what is declared under it, as it is printed and as it was written. */
interface Entry {
  readonly label: string;
  readonly value: string;
  readonly exact: string;
}

export const printer: Printer = { certificate, blank };

async function certificate(text: string, form: Form, language: string, version: string): Promise<Blob> {
  const words = wordsIn(language);
  const { declaration: data, seal } = container.fromText(text);
  const declared = declaration.decode(data);
  const sealedAt = seal && timeText(seal.sealedAt, form, words);
  const sheet = new Sheet({
    title: words.document, language, isFramed: !seal, footer: [`${form.id} · ${words.footer}`, version],
  });
  const entry = (field: Field) => entryOf(field, declared, form, words, language, sheet);
  const person = form.fields.filter((field) => !TIMES.includes(field.key) && field.kind !== "reasons").map(entry).filter(isThere);
  const times = form.fields.filter((field) => TIMES.includes(field.key)).map(entry).filter(isThere);
  const reasons = declaration.reasonsOf(declared).map((code) => form.reasons.find((each) => each.code === code)).filter(isThere);
  const state = sealedAt ? words.sealed.replace("{time}", sealedAt) : words.not_sealed;

  sheet.heading(1, form.title[language] ?? form.id);
  sheet.paragraph([{ text: state, isBold: true }]);
  sheet.paragraph([{ text: form.statement[language] ?? "" }]);
  sheet.heading(2, words.person);
  for (const each of person) fact(sheet, each, words);
  if (reasons.length > 0) {
    sheet.heading(2, words.reasons);
    sheet.list(reasons.map(({ short, full }) => `${short[language]}. ${full[language]}`));
  }
  sheet.heading(2, words.times);
  const sealing = sealedAt ? [{ label: words.sealed_at, value: sealedAt, exact: sealedAt }] : [];
  for (const each of [...times, ...sealing]) fact(sheet, each, words);
  legal(sheet, form, words);
  if (person.some(({ value }) => value.includes(BOX))) sheet.paragraph([{ text: words.boxes }]);
  const code = codeOf(text, "Q");
  sheet.figure(code, { width: CODE.small, alt: words.alt, beside: words.signature });

  sheet.newPage();
  sheet.heading(2, words.large);
  sheet.figure(code, { width: CODE.large, alt: words.alt });
  sheet.paragraph([{ text: state, isBold: true }], { size: LARGE });
  const why = reasons.map(({ short }) => short[language]).join(", ");
  // Who, when, why: what can be read at arm's length.
  for (const each of [...person.slice(0, 3), ...times.slice(0, 1)]) fact(sheet, each, words, LARGE);
  if (why) fact(sheet, { label: words.reasons, value: why, exact: why }, words, LARGE);
  return sheet.finished();
}

/** Return the form with lines to write on, and boxes to tick. */
async function blank(form: Form, language: string, version: string): Promise<Blob> {
  const words = wordsIn(language);
  const sheet = new Sheet({ title: words.document, language, isFramed: false, footer: [`${form.id} · ${words.blank_footer}`, version] });
  sheet.heading(1, form.title[language] ?? form.id);
  sheet.paragraph([{ text: words.blank }]);
  sheet.paragraph([{ text: form.statement[language] ?? "" }]);
  for (const field of form.fields) {
    const isWritten = field.key !== declaration.KEY.createdAt && field.kind !== "reasons";
    if (isWritten) sheet.line(`${field.label[language]}${words.colon}`);
  }
  if (form.reasons.length > 0) {
    sheet.heading(2, words.reasons);
    sheet.list(form.reasons.map(({ short, full }) => `${short[language]}. ${full[language]}`), "☐");
  }
  legal(sheet, form, words);
  sheet.line(`${words.done}${words.colon}`);
  sheet.line(words.signature);
  return sheet.finished();
}

function legal(sheet: Sheet, form: Form, words: Words): void {
  if (form.legal.length === 0) return;
  sheet.heading(2, words.legal);
  sheet.list(form.legal);
}

function fact(sheet: Sheet, { label, value, exact }: Entry, words: Words, size?: number): void {
  const parts = [{ text: `${label}${words.colon} `, isBold: true }, { text: value }];
  const isDifferent = drawn(value) !== exact || /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(value);
  sheet.paragraph(parts, { below: 0.42, ...(size ? { size } : {}), ...(isDifferent ? { actual: { 1: exact } } : {}) });
}

function entryOf(
  field: Field, declared: declaration.Declaration, form: Form, words: Words, language: string, sheet: Sheet,
): Entry | null {
  const value = declared.values.get(field.key);
  if (value === undefined) return null;
  const exact = written(value, field, form, words);
  return { label: field.label[language] ?? field.name, value: printable(exact, sheet.hasGlyph), exact: drawn(exact) };
}

function written(value: declaration.Value, field: Field, form: Form, words: Words): string {
  if (field.kind === "time" && typeof value === "number") return timeText(value, form, words);
  if (field.kind === "date" && typeof value === "string") return visible(dateText(value, words));
  if (field.kind === "people" && Array.isArray(value)) {
    return (value as readonly declaration.Person[]).map(([name, day]) => `${isolated(visible(name))} (${visible(dateText(day, words))})`).join(", ");
  }
  return visible(String(value));
}

function isThere<Item>(item: Item | null | undefined): item is Item {
  return item !== null && item !== undefined;
}
