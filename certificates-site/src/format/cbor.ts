// Strict CBOR: one encoding for each value (RFC 8949, section 4.2), and nothing read that is encoded otherwise.
import { decode as read, encode as write, Tagged } from "cborg";
import { type Bytes, equal } from "./bytes.ts";
import { Malformed } from "./errors.ts";

export const COSE_SIGN1 = 18;

/** What certificates are made of. Maps have whole numbers or texts as keys. */
export type Value = null | boolean | number | string | Uint8Array | readonly Value[] | ReadonlyMap<Key, Value> | Tagged;
export type Key = number | string;
export { Tagged };

/** Return the one encoding of a value. cborg sorts keys by length first, as RFC 8949 does for all keys of the format. */
export function encode(value: Value): Bytes {
  return Uint8Array.from(write(value));
}

/** Return the value; throws Malformed for what is longer, deeper, repeated, indefinite, followed by more or not canonical. */
export function decode(data: Uint8Array, { mostBytes, mostDepth }: { mostBytes: number; mostDepth: number }): Value {
  if (data.length > mostBytes) throw new Malformed(`more than ${mostBytes} bytes`);
  let value: unknown;
  try {
    value = read(data, {
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      strict: true,
      useMaps: true,
      rejectDuplicateMapKeys: true,
      tags: Tagged.preserve(COSE_SIGN1),
    });
  } catch (error) {
    throw new Malformed("not strict CBOR", { cause: error });
  }
  const plain = checked(value, mostDepth);
  // What is encoded in another way, with keys in another order or wider than needed, makes a difference here.
  if (!equal(encode(plain), data)) throw new Malformed("not deterministic CBOR");
  return plain;
}

/** Return a value of the kinds that the format uses; throws Malformed for others and for what is nested too deep. */
function checked(value: unknown, depth: number): Value {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (value instanceof Uint8Array) return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (depth === 0) throw new Malformed("nested too deep");
  if (Array.isArray(value)) return value.map((part) => checked(part, depth - 1));
  if (value instanceof Tagged) {
    // A tag and what it stands before are one level.
    return new Tagged(value.tag, checked(value.value, depth));
  }
  if (value instanceof Map) {
    return new Map(Array.from(value, ([key, part]) => [checkedKey(key), checked(part, depth - 1)]));
  }
  throw new Malformed("a type that certificates do not use");
}

function checkedKey(key: unknown): Key {
  if (typeof key === "string" || (typeof key === "number" && Number.isSafeInteger(key))) return key;
  throw new Malformed("a key that is neither a whole number nor a text");
}

/** Tell whether a value is a map with exactly these keys. */
export function hasKeys(value: Value | undefined, ...keys: readonly Key[]): value is ReadonlyMap<Key, Value> {
  return value instanceof Map && value.size === keys.length && keys.every((key) => value.has(key));
}

/** Tell whether a value is a whole number that is not negative. */
export function isCount(value: Value | undefined): value is number {
  return typeof value === "number" && value >= 0;
}
