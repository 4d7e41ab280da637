// Public keys on P-256 as the format writes them: a point of 64 bytes, its thumbprint, and checking ES256 signatures.
import { type Bytes, fromHex, joined } from "./bytes.ts";
import { Malformed } from "./errors.ts";

export const POINT_BYTES = 64;
const KID_BYTES = 8;
const BEFORE_X = fromHex("a40102200121" + "5820");
const BEFORE_Y = fromHex("225820");

/** A public key, known to be a point of the curve. */
export class PublicKey {
  private constructor(
    readonly point: Bytes,
    readonly kid: Bytes,
    private readonly key: CryptoKey,
  ) {}

  /** Take x and y, 32 bytes each; throws Malformed when they are no point of P-256. */
  static async of(point: Uint8Array): Promise<PublicKey> {
    if (point.length !== POINT_BYTES) throw new Malformed("a public key has 64 bytes");
    const raw = joined(Uint8Array.of(4), point);
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    let key: CryptoKey;
    try {
      key = await crypto.subtle.importKey("raw", raw, algorithm, false, ["verify"]);
    } catch (error) {
      throw new Malformed("the public key is no point of P-256", { cause: error });
    }
    const own = Uint8Array.from(point);
    return new PublicKey(own, (await thumbprint(own)).slice(0, KID_BYTES), key);
  }

  /** Tell whether a signature of 64 bytes is this key's of a message. */
  verifies(signature: Uint8Array, message: Uint8Array): Promise<boolean> {
    const algorithm = { name: "ECDSA", hash: "SHA-256" };
    return crypto.subtle.verify(algorithm, this.key, Uint8Array.from(signature), Uint8Array.from(message));
  }
}

/** Return the SHA-256 thumbprint of a key (RFC 9679): of its required parameters as deterministic CBOR. */
export async function thumbprint(point: Uint8Array): Promise<Bytes> {
  const content = joined(BEFORE_X, point.subarray(0, 32), BEFORE_Y, point.subarray(32));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content));
}
