// The declaration: what a person says, as a deterministic CBOR map with small whole numbers as keys.
// Keys 0 to 11 mean the same in every form; 12 to 23 are the form's own. The bytes are hashed as they were made.
import type { Bytes } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import { Malformed } from "./errors.ts";

export const SALT_BYTES = 16;
export const MOST_BYTES = 900;
const LAST_KEY = 23;
const LATEST = 2 ** 32 - 1;

/** The keys that every form shares. */
export const KEY = {
  salt: 0,
  form: 1,
  givenName: 2,
  familyName: 3,
  birthDate: 4,
  birthPlace: 5,
  address: 6,
  postcode: 7,
  city: 8,
  leavingAt: 9,
  reasons: 10,
  createdAt: 11,
} as const;

/** A person named on somebody's declaration: name, and birth date as YYYY-MM-DD. */
export type Person = readonly [name: string, birthDate: string];
/** Text, a time in seconds since 1970 or a number, texts, or people. */
export type Value = string | number | readonly string[] | readonly Person[];

export interface Declaration {
  readonly salt: Uint8Array;
  readonly form: string;
  /** Keys 2 to 23. */
  readonly values: ReadonlyMap<number, Value>;
}

export function leavingAt(declared: Declaration): number {
  const found = declared.values.get(KEY.leavingAt);
  if (typeof found !== "number") throw new Malformed("a declaration names the time of leaving");
  return found;
}

export function reasonsOf(declared: Declaration): readonly string[] {
  const found = declared.values.get(KEY.reasons);
  return Array.isArray(found) ? found.filter((code): code is string => typeof code === "string") : [];
}

/** Return the bytes of a declaration; throws Malformed for what could not be read back. */
export function encode(declared: Declaration): Bytes {
  const content = new Map<number, cbor.Value>([
    [KEY.salt, declared.salt],
    [KEY.form, declared.form],
    ...Array.from(declared.values, ([key, value]): [number, cbor.Value] => [key, value as cbor.Value]),
  ]);
  const data = cbor.encode(content);
  decode(data);
  return data;
}

/** Return the declaration in some bytes; throws Malformed for other keys, types, and texts that are not in NFC. */
export function decode(data: Uint8Array): Declaration {
  const content = cbor.decode(data, { mostBytes: MOST_BYTES, mostDepth: 3 });
  if (!(content instanceof Map)) throw new Malformed("a declaration is a map");
  const salt = content.get(KEY.salt);
  const form = content.get(KEY.form);
  if (!(salt instanceof Uint8Array) || salt.length !== SALT_BYTES) throw new Malformed("the salt has 16 bytes");
  if (typeof form !== "string" || form === "" || !content.has(KEY.leavingAt)) {
    throw new Malformed("a declaration names its form and the time of leaving");
  }
  const values = new Map<number, Value>();
  for (const [key, value] of content) {
    if (typeof key !== "number" || key < 0 || key > LAST_KEY) throw new Malformed("keys are from 0 to 23");
    if (key > KEY.form) values.set(key, checkedValue(key, value));
  }
  return { salt, form: checkedText(form), values };
}

/** Return the hash of a declaration's bytes: all that a sealer ever sees. */
export async function commitment(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

function checkedValue(key: number, found: cbor.Value): Value {
  if (key >= KEY.givenName && key <= KEY.city && typeof found !== "string") throw new Malformed(`${key} is not text`);
  if ((key === KEY.leavingAt || key === KEY.createdAt) && !isTime(found)) throw new Malformed(`${key} is not a time`);
  if (typeof found === "string") return checkedText(found);
  if (isTime(found)) return found;
  if (Array.isArray(found)) return checkedList(key, found);
  throw new Malformed(`${key} is neither text, a number, texts nor people`);
}

function checkedList(key: number, found: readonly cbor.Value[]): Value {
  if (found.every((part) => typeof part === "string")) return found.map(checkedText);
  if (key !== KEY.reasons && found.every(isPerson)) {
    return found.map(([name, birth]): Person => [checkedText(name), checkedText(birth)]);
  }
  throw new Malformed(`${key} holds neither texts nor people`);
}

function isTime(found: cbor.Value): found is number {
  return cbor.isCount(found) && found <= LATEST;
}

function isPerson(found: cbor.Value): found is [string, string] {
  return Array.isArray(found) && found.length === 2 && found.every((part) => typeof part === "string");
}

function checkedText(text: string): string {
  // A lone half of a surrogate pair cannot be written in UTF-8, and cborg would write a mark in its place.
  // Some decoders of UTF-8 drop a byte order mark: what one reads as a name, another would not find in the bytes.
  if (text.startsWith("\ufeff")) throw new Malformed("a text begins with a byte order mark");
  if (text !== text.normalize("NFC") || /\p{Surrogate}/u.test(text)) throw new Malformed("a text is not in NFC");
  return text;
}
