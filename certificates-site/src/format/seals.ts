// The time seal: a COSE_Sign1 over a hash that the sealer cannot read, with the minute at which it saw it.
// Each byte has its place, so seals are taken apart by position: what differs in one byte of the frame is no seal.
import { type Bytes, equal, fromHex, joined } from "./bytes.ts";
import type { PublicKey } from "./curve.ts";
import { Malformed } from "./errors.ts";

export const ATTACHED_BYTES = 130;
export const COMMITMENT_BYTES = 32;
export const SIGNATURE_BYTES = 64;
const KID_BYTES = 8;
// alg ES256, then kid; CWT claims: iat; payload hash algorithm SHA-256.
const ALG_AND_KID = fromHex("a401260448");
const CLAIMS = fromHex("0fa1061a");
const HASHED = fromHex("1901022f");
const FRAME = fromHex("d2845819");
const PAYLOAD = fromHex("a05820");
const SIGNATURE = fromHex("5840");
const SIGNED = joined(fromHex("846a"), new TextEncoder().encode("Signature1"), fromHex("5819"));
const SIGNED_PAYLOAD = fromHex("405820");

/** A seal without the hash that it covers. `sealedAt` is the minute, in seconds since 1970. */
export interface Seal {
  readonly kid: Bytes;
  readonly sealedAt: number;
  readonly signature: Bytes;
}

/** Return the 25 bytes of the protected header. */
export function protectedHeader({ kid, sealedAt }: Pick<Seal, "kid" | "sealedAt">): Bytes {
  const time = new Uint8Array(4);
  new DataView(time.buffer).setUint32(0, sealedAt);
  return joined(ALG_AND_KID, kid, CLAIMS, time, HASHED);
}

/** Return the bytes that are signed (Sig_structure). */
export function toBeSigned(header: Uint8Array, commitment: Uint8Array): Bytes {
  return joined(SIGNED, header, SIGNED_PAYLOAD, commitment);
}

export function verifies(seal: Seal, key: PublicKey, commitment: Uint8Array): Promise<boolean> {
  return key.verifies(seal.signature, toBeSigned(protectedHeader(seal), commitment));
}

/** Return the seal of a protected header and a signature; throws Malformed when the header is not one of a seal. */
export function fromParts(header: Uint8Array, signature: Uint8Array): Seal {
  const kid = Uint8Array.from(header.subarray(ALG_AND_KID.length, ALG_AND_KID.length + KID_BYTES));
  const timeAt = ALG_AND_KID.length + KID_BYTES + CLAIMS.length;
  if (header.length !== timeAt + 4 + HASHED.length || signature.length !== SIGNATURE_BYTES) {
    throw new Malformed("not the header and signature of a seal");
  }
  const sealedAt = new DataView(header.buffer, header.byteOffset).getUint32(timeAt);
  // The one encoding of a time below 2^16 would be shorter.
  if (sealedAt <= 0xffff || !equal(protectedHeader({ kid, sealedAt }), header)) {
    throw new Malformed("not the header of a seal");
  }
  if (sealedAt % 60 !== 0) throw new Malformed("the time of a seal is a whole minute");
  return { kid, sealedAt, signature: Uint8Array.from(signature) };
}

/** Return the seal and the hash in what the seal process answers; throws Malformed unless it is one of 130 bytes. */
export function readAttached(data: Uint8Array): { seal: Seal; commitment: Bytes } {
  const headerAt = FRAME.length;
  const payloadAt = headerAt + 25;
  const hashAt = payloadAt + PAYLOAD.length;
  const signatureAt = hashAt + COMMITMENT_BYTES + SIGNATURE.length;
  if (
    data.length !== ATTACHED_BYTES ||
    !equal(data.subarray(0, headerAt), FRAME) ||
    !equal(data.subarray(payloadAt, hashAt), PAYLOAD) ||
    !equal(data.subarray(signatureAt - SIGNATURE.length, signatureAt), SIGNATURE)
  ) {
    throw new Malformed("not a seal with its hash attached");
  }
  const seal = fromParts(Uint8Array.from(data.subarray(headerAt, payloadAt)), data.subarray(signatureAt));
  return { seal, commitment: Uint8Array.from(data.subarray(hashAt, hashAt + COMMITMENT_BYTES)) };
}
