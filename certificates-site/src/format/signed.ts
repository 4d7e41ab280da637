// Documents that an offline root signs: lists of keys, sets of forms, and its word for another root.
import { type Bytes, equal } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import { PublicKey } from "./curve.ts";
import { Early, Malformed, Outdated, Untrusted } from "./errors.ts";

export const MOST_BYTES = 256 * 1024;
const MOST_DEPTH = 10;
const MOST_ENDORSEMENTS = 4;
/** A verifier's clock may be this much behind whoever signed. */
export const CLOCK_SLACK_SECONDS = 300;
const ALG = 1;
const KID = 4;
const TYP = 16;
const ES256 = -7;

/** What a document is, by its `typ`. */
export const KIND = {
  keys: "vnd.entraide.seal-keys+cbor",
  forms: "vnd.entraide.forms+cbor",
  root: "vnd.entraide.root+cbor",
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/** What a verifier knows before it reads a document. */
export interface Known {
  readonly roots: readonly PublicKey[];
  readonly now: number;
  /** The version seen last; a lower one is refused. */
  readonly version: number;
}

interface Document {
  readonly header: Uint8Array;
  readonly kid: Uint8Array;
  readonly payload: Bytes;
  readonly signature: Uint8Array;
  readonly endorsements: readonly Uint8Array[];
}

/** Return the payload of a document that a known root signed, or another that one vouches for; throws Malformed, Untrusted. */
export async function opened(data: Uint8Array, kind: Kind, { roots, now }: Known): Promise<Bytes> {
  const document = readDocument(data, kind);
  for (const root of [...roots, ...(await endorsed(document, roots, now))]) {
    if (await isBy(document, root)) return document.payload;
  }
  throw new Untrusted("no root that is known here signed this");
}

/** Refuse a document older than one seen before, or from the future; throws Outdated, or Early. */
export function checkAge({ version, issued }: { version: number; issued: number }, known: Known): void {
  if (version < known.version) throw new Outdated(`version ${version} comes after version ${known.version} was seen`);
  if (issued > known.now + CLOCK_SLACK_SECONDS) throw new Early("this document counts from a later time on");
}

async function endorsed(document: Document, roots: readonly PublicKey[], now: number): Promise<PublicKey[]> {
  const found: PublicKey[] = [];
  for (const each of document.endorsements) {
    const word = readDocument(each, KIND.root);
    // One step only: an endorsed root vouches for nobody.
    if (word.endorsements.length > 0 || !(await someBy(word, roots))) continue;
    const content = cbor.decode(word.payload, { mostBytes: MOST_BYTES, mostDepth: 1 });
    if (!cbor.hasKeys(content, 0, 1, 2)) continue;
    const [point, begins, ends] = [content.get(0), content.get(1), content.get(2)];
    if (!(point instanceof Uint8Array) || !cbor.isCount(begins) || !cbor.isCount(ends)) continue;
    if (begins - CLOCK_SLACK_SECONDS <= now && now < ends) found.push(await PublicKey.of(point));
  }
  return found;
}

async function someBy(document: Document, roots: readonly PublicKey[]): Promise<boolean> {
  for (const root of roots) if (await isBy(document, root)) return true;
  return false;
}

async function isBy(document: Document, root: PublicKey): Promise<boolean> {
  if (!equal(document.kid, root.kid)) return false;
  return root.verifies(document.signature, cbor.encode(["Signature1", document.header, new Uint8Array(), document.payload]));
}

function readDocument(data: Uint8Array, kind: Kind): Document {
  const value = cbor.decode(data, { mostBytes: MOST_BYTES, mostDepth: MOST_DEPTH });
  const parts = value instanceof cbor.Tagged ? (value.value as cbor.Value) : null;
  if (!Array.isArray(parts) || parts.length !== 4) throw new Malformed("not a signed document");
  const [header, unprotected, payload, signature] = parts as readonly cbor.Value[];
  if (!(header instanceof Uint8Array) || !(payload instanceof Uint8Array) || !(signature instanceof Uint8Array)) {
    throw new Malformed("not a signed document");
  }
  return {
    header,
    kid: kidOf(header, kind),
    payload: Uint8Array.from(payload),
    signature,
    endorsements: endorsementsOf(unprotected),
  };
}

function kidOf(header: Uint8Array, kind: Kind): Uint8Array {
  const content = cbor.decode(header, { mostBytes: 128, mostDepth: 1 });
  const kid = cbor.hasKeys(content, ALG, KID, TYP) && content.get(ALG) === ES256 && content.get(KID);
  if (!(kid instanceof Uint8Array)) throw new Malformed("not the header of a signed document");
  if ((content as ReadonlyMap<cbor.Key, cbor.Value>).get(TYP) !== kind) throw new Malformed("a document of another kind");
  return kid;
}

function endorsementsOf(unprotected: cbor.Value | undefined): readonly Uint8Array[] {
  if (cbor.hasKeys(unprotected)) return [];
  const words = cbor.hasKeys(unprotected, "endorsements") ? unprotected.get("endorsements") : null;
  if (Array.isArray(words) && words.length > 0 && words.length <= MOST_ENDORSEMENTS) {
    if (words.every((word) => word instanceof Uint8Array)) return words;
  }
  throw new Malformed("an unprotected header that is not one of ours");
}
