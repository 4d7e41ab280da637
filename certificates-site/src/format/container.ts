// The certificate: a declaration and its seal, or none, as the text of a QR code.
import * as base45 from "./base45.ts";
import type { Bytes } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import { Malformed, NotOurs } from "./errors.ts";
import * as seals from "./seals.ts";

export const PREFIX = "MA1:";
export const MOST_BYTES = 1024;
const MOST_DEPTH = 4;
// So that a text of a megabyte is refused before it is decoded.
const MOST_CHARACTERS = PREFIX.length + (MOST_BYTES / 2) * 3;

/** A declaration's bytes, just as they were made, and its seal once it has one. */
export interface Certificate {
  readonly declaration: Bytes;
  readonly seal: seals.Seal | null;
}

/** Return the bytes of a certificate; throws Malformed when they are more than a reader takes. */
export function encode({ declaration, seal }: Certificate): Bytes {
  const envelope = seal && new cbor.Tagged(cbor.COSE_SIGN1, [seals.protectedHeader(seal), new Map(), null, seal.signature]);
  const data = cbor.encode([declaration, envelope]);
  if (data.length > MOST_BYTES) throw new Malformed(`the certificate has ${data.length} bytes, more than ${MOST_BYTES}`);
  return data;
}

/** Return the certificate in some bytes; throws Malformed. */
export function decode(data: Uint8Array): Certificate {
  const content = cbor.decode(data, { mostBytes: MOST_BYTES, mostDepth: MOST_DEPTH });
  if (!Array.isArray(content) || content.length !== 2 || !(content[0] instanceof Uint8Array)) {
    throw new Malformed("not a declaration with its seal or none");
  }
  return { declaration: Uint8Array.from(content[0]), seal: content[1] === null ? null : readSeal(content[1]) };
}

/** Return what the QR code says. */
export function toText(certificate: Certificate): string {
  return PREFIX + base45.encode(encode(certificate));
}

/** Return the certificate that a QR code says; throws NotOurs for another prefix, Malformed for what cannot be. */
export function fromText(text: string): Certificate {
  if (!text.startsWith(PREFIX)) throw new NotOurs("the text does not begin with MA1:");
  if (text.length > MOST_CHARACTERS) throw new Malformed("the text is longer than any certificate");
  return decode(base45.decode(text.slice(PREFIX.length)));
}

function readSeal(value: cbor.Value): seals.Seal {
  const parts = value instanceof cbor.Tagged ? (value.value as cbor.Value) : null;
  if (!Array.isArray(parts) || parts.length !== 4) throw new Malformed("not a seal");
  const [header, unprotected, payload, signature] = parts as readonly cbor.Value[];
  if (!(header instanceof Uint8Array) || !(signature instanceof Uint8Array)) throw new Malformed("not a seal");
  if (!cbor.hasKeys(unprotected) || payload !== null) throw new Malformed("not a seal with its hash detached");
  return seals.fromParts(header, signature);
}
