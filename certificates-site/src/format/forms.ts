// Forms as data that a root signed: which fields and reasons a certificate has, and for how long it serves.
import * as cbor from "./cbor.ts";
import { type Declaration, leavingAt, reasonsOf, type Value } from "./declaration.ts";
import { Malformed } from "./errors.ts";
import * as signed from "./signed.ts";

/** A text in each language of the form, by the language's code. */
export type Wording = Readonly<Record<string, string>>;
export type FieldKind = "text" | "date" | "time" | "reasons" | "people";

/** One field. `most` is the most characters of a text, or the most people. */
export interface Field {
  readonly key: number;
  readonly name: string;
  readonly kind: FieldKind;
  readonly label: Wording;
  readonly required: boolean;
  readonly most: number;
}

/** A reason to be out, and for how long it serves if not as the form does. */
export interface Reason {
  readonly code: string;
  readonly short: Wording;
  readonly full: Wording;
  readonly lastsMinutes: number | null;
}

/** A version of a form. Days are written YYYY-MM-DD, in the form's zone. */
export interface Form {
  readonly id: string;
  readonly languages: readonly string[];
  readonly zone: string;
  readonly title: Wording;
  readonly statement: Wording;
  readonly legal: readonly string[];
  readonly firstOn: string;
  readonly lastOn: string | null;
  readonly window: { readonly earlyMinutes: number; readonly lastsMinutes: number; readonly untilKey: number | null };
  readonly fields: readonly Field[];
  readonly reasons: readonly Reason[];
  readonly severalReasons: boolean;
  readonly demandsSeal: boolean;
}

export interface FormSet {
  readonly version: number;
  readonly issued: number;
  readonly forms: ReadonlyMap<string, Form>;
}

/** What is wrong with one field of a declaration. */
export interface Fault {
  readonly field: string;
  readonly code: "missing" | "kind" | "too_long" | "too_many" | "unknown";
}

/** Return the set in a signed document; throws Malformed, Untrusted, Outdated. */
export async function read(data: Uint8Array, known: signed.Known): Promise<FormSet> {
  const payload = await signed.opened(data, signed.KIND.forms, known);
  const content = cbor.decode(payload, { mostBytes: signed.MOST_BYTES, mostDepth: 8 });
  if (!cbor.hasKeys(content, 0, 1, 2)) throw new Malformed("not a set of forms");
  const [version, issued, entries] = [content.get(0), content.get(1), content.get(2)];
  if (!cbor.isCount(version) || !cbor.isCount(issued) || !Array.isArray(entries)) throw new Malformed("not a set of forms");
  signed.checkAge({ version, issued }, known);
  const read = (entries as readonly cbor.Value[]).map(readForm);
  const forms = new Map(read.map((form) => [form.id, form]));
  if (forms.size < read.length) throw new Malformed("a form is in the set twice");
  return { version, issued, forms };
}

/** Tell whether a form is in force at a time in seconds since 1970, by the days of its zone. */
export function isInForceAt(form: Form, at: number): boolean {
  const day = dayIn(form.zone, at);
  return form.firstOn <= day && (form.lastOn === null || day <= form.lastOn);
}

/** Return the day, YYYY-MM-DD, of a time in a zone. */
export function dayIn(zone: string, at: number): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(at * 1000);
}

/** Return from when on and until before when a certificate serves. A time in a field ends it, but never makes it longer. */
export function windowOf(declared: Declaration, form: Form): { begins: number; ends: number } {
  const leaving = leavingAt(declared);
  const lasting = reasonsOf(declared)
    .map((code) => form.reasons.find((reason) => reason.code === code))
    .filter((reason) => reason !== undefined)
    .map((reason) => reason.lastsMinutes ?? form.window.lastsMinutes);
  const ends = leaving + 60 * (lasting.length > 0 ? Math.max(...lasting) : form.window.lastsMinutes);
  const until = form.window.untilKey === null ? undefined : declared.values.get(form.window.untilKey);
  return { begins: leaving - 60 * form.window.earlyMinutes, ends: typeof until === "number" ? Math.min(ends, until) : ends };
}

/** Return what in a declaration does not follow a form. */
export function faultsOf(declared: Declaration, form: Form): Fault[] {
  const faults: Fault[] = [];
  for (const field of form.fields) {
    const value = declared.values.get(field.key);
    const code = value === undefined ? (field.required ? "missing" : null) : wrong(field, value);
    if (code) faults.push({ field: field.name, code });
  }
  const known = new Set(form.fields.map((field) => field.key));
  for (const key of declared.values.keys()) if (!known.has(key)) faults.push({ field: String(key), code: "unknown" });
  const codes = reasonsOf(declared);
  const isKnown = (code: string) => form.reasons.some((reason) => reason.code === code);
  if (!codes.every(isKnown) || new Set(codes).size < codes.length) faults.push({ field: "reasons", code: "unknown" });
  if (codes.length > 1 && !form.severalReasons) faults.push({ field: "reasons", code: "too_many" });
  return faults;
}

/** Tell whether a text is a date of the calendar written YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith("0000")) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Tell whether a text has nothing but white space, by Unicode's property: languages have notions of their own. */
export function isBlank(text: string): boolean {
  return /^\p{White_Space}*$/u.test(text);
}

function wrong(field: Field, value: Value): Fault["code"] | null {
  if (field.kind === "text" && typeof value === "string") {
    if (isBlank(value)) return "missing";
    return Array.from(value).length > field.most ? "too_long" : null;
  }
  if (field.kind === "date" && typeof value === "string") return isDate(value) ? null : "kind";
  if (field.kind === "time" && typeof value === "number") return null;
  if (field.kind === "reasons" && Array.isArray(value)) return value.length > 0 ? null : "missing";
  if (field.kind === "people" && Array.isArray(value)) return wrongPeople(field, value);
  return "kind";
}

function wrongPeople(field: Field, people: readonly unknown[]): Fault["code"] | null {
  if (field.required && people.length === 0) return "missing";
  if (people.length > field.most) return "too_many";
  const isSound = (each: unknown) => Array.isArray(each) && !isBlank(String(each[0])) && isDate(String(each[1]));
  return people.every(isSound) ? null : "kind";
}

function readForm(entry: cbor.Value): Form {
  const whole = new Table(entry);
  const inForce = whole.table("in_force");
  const window = whole.table("window");
  return {
    id: whole.text("id"),
    languages: whole.texts("languages"),
    zone: whole.text("zone"),
    title: whole.wording("title"),
    statement: whole.wording("statement"),
    legal: whole.texts("legal"),
    firstOn: inForce.text("first"),
    lastOn: inForce.has("last") ? inForce.text("last") : null,
    window: {
      earlyMinutes: window.count("early_minutes"),
      lastsMinutes: window.count("lasts_minutes"),
      untilKey: window.has("until_key") ? window.count("until_key") : null,
    },
    fields: whole.tables("field").map(readField),
    reasons: whole.tables("reason").map(readReason),
    severalReasons: whole.flag("several_reasons"),
    demandsSeal: whole.flag("demands_seal"),
  };
}

function readField(table: Table): Field {
  const kind = table.text("kind");
  if (!["text", "date", "time", "reasons", "people"].includes(kind)) throw new Malformed(`a field of kind ${kind}`);
  return {
    key: table.count("key"),
    name: table.text("name"),
    kind: kind as FieldKind,
    label: table.wording("label"),
    required: table.flag("required"),
    most: table.count("most"),
  };
}

function readReason(table: Table): Reason {
  return {
    code: table.text("code"),
    short: table.wording("short"),
    full: table.wording("full"),
    lastsMinutes: table.has("lasts_minutes") ? table.count("lasts_minutes") : null,
  };
}

/** A map with texts as keys; what is asked of it and is of another kind throws Malformed. */
class Table {
  private readonly content: ReadonlyMap<cbor.Key, cbor.Value>;

  constructor(value: cbor.Value | undefined) {
    if (!(value instanceof Map)) throw new Malformed("a form is made of tables");
    this.content = value;
  }

  has(key: string): boolean {
    return this.content.has(key);
  }

  text(key: string): string {
    return this.get(key, (value) => typeof value === "string");
  }

  count(key: string): number {
    return this.get(key, cbor.isCount);
  }

  flag(key: string): boolean {
    return this.get(key, (value) => typeof value === "boolean");
  }

  texts(key: string): readonly string[] {
    return this.get(key, (value): value is string[] => Array.isArray(value) && value.every((each) => typeof each === "string"));
  }

  table(key: string): Table {
    return new Table(this.content.get(key));
  }

  tables(key: string): readonly Table[] {
    return this.get(key, (value): value is cbor.Value[] => Array.isArray(value)).map((each) => new Table(each));
  }

  wording(key: string): Wording {
    const entries = Array.from(this.table(key).content);
    if (!entries.every((entry): entry is [string, string] => entry.every((each) => typeof each === "string"))) {
      throw new Malformed(`${key} holds no texts`);
    }
    return Object.fromEntries(entries);
  }

  private get<Kind extends cbor.Value>(key: string, isKind: (value: cbor.Value) => value is Kind): Kind {
    const value = this.content.get(key);
    if (value === undefined || !isKind(value)) throw new Malformed(`${key} is missing, or not what it should be`);
    return value;
  }
}
