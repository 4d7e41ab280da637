// The list of the keys that seal, signed by a root: version, times, and each key with the span in which it may seal.
import { toHex } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import { PublicKey } from "./curve.ts";
import { Malformed } from "./errors.ts";
import * as signed from "./signed.ts";

const MOST_KEYS = 2_000;

/** A key that may seal from `begins` until before `ends`, in seconds since 1970. */
export interface ListedKey {
  readonly key: PublicKey;
  readonly begins: number;
  readonly ends: number;
}

/** A list that was checked. From `expires` on it is old: a key may have been revoked since. */
export interface KeyList {
  readonly version: number;
  readonly issued: number;
  readonly expires: number;
  /** By the key's id in hexadecimal. */
  readonly keys: ReadonlyMap<string, ListedKey>;
}

/** Return the list in a signed document, even when it has expired; throws Malformed, Untrusted, Outdated. */
export async function read(data: Uint8Array, known: signed.Known): Promise<KeyList> {
  const payload = await signed.opened(data, signed.KIND.keys, known);
  const content = cbor.decode(payload, { mostBytes: signed.MOST_BYTES, mostDepth: 3 });
  if (!cbor.hasKeys(content, 0, 1, 2, 3)) throw new Malformed("not a list of keys");
  const [version, issued, expires, entries] = [0, 1, 2, 3].map((key) => content.get(key));
  if (!cbor.isCount(version) || !cbor.isCount(issued) || !cbor.isCount(expires) || issued >= expires) {
    throw new Malformed("the list's version or times cannot be");
  }
  if (!Array.isArray(entries) || entries.length > MOST_KEYS) throw new Malformed("not a list of keys");
  signed.checkAge({ version, issued }, known);
  const listed = await Promise.all((entries as readonly cbor.Value[]).map(readEntry));
  const keys = new Map(listed.map((entry) => [toHex(entry.key.kid), entry]));
  if (keys.size < listed.length) throw new Malformed("two keys with the same id");
  return { version, issued, expires, keys };
}

async function readEntry(entry: cbor.Value): Promise<ListedKey> {
  const [point, begins, ends] = Array.isArray(entry) && entry.length === 3 ? (entry as readonly cbor.Value[]) : [];
  if (!(point instanceof Uint8Array) || !cbor.isCount(begins) || !cbor.isCount(ends) || begins >= ends) {
    throw new Malformed("not an entry of a list of keys");
  }
  return { key: await PublicKey.of(point), begins, ends };
}
