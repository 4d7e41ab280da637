// Certificates and people that stay on this phone.
import { type Bytes, equal } from "../format/bytes.ts";
import * as container from "../format/container.ts";
import * as declaration from "../format/declaration.ts";
import { Malformed } from "../format/errors.ts";
import * as seals from "../format/seals.ts";
import type { Keeper } from "../site/store.ts";
import type { Supply } from "../site/supply.ts";
import { secondsNow } from "../site/trust.ts";

/** How long after their end certificates are kept: they are evidence of movements if the phone is searched. */
export const KEPT_SECONDS = 24 * 3600;

/** Told to the document when the certificate on the screen has got its seal. */
export const SEALED = "sealed";

/** A certificate on this phone. `text` is what its QR code says. */
export interface Kept {
  readonly id: string;
  readonly text: string;
  readonly begins: number;
  readonly ends: number;
}

/** Somebody whose fields fill a form: text and date fields by name. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Return a certificate with its seal, or without where no network answers. */
export async function sealed(data: Bytes, supply: Supply): Promise<container.Certificate> {
  const commitment = await declaration.commitment(data);
  const answer = await supply.seal(commitment);
  return { declaration: data, seal: answer && sealIn(answer, commitment) };
}

/** Return the seal over a hash in an answer, or null: whatever stands in the way of the network may answer in its place. */
function sealIn(answer: Uint8Array, commitment: Bytes): seals.Seal | null {
  try {
    const found = seals.readAttached(answer);
    return equal(found.commitment, commitment) ? found.seal : null;
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

/** Return what is kept, the latest first, after erasing what is past its time. */
export async function keptNow(keeper: Keeper): Promise<Kept[]> {
  const all = await keeper.all<Kept>("certificates");
  const now = secondsNow();
  const past = all.filter((kept) => kept.ends + KEPT_SECONDS <= now);
  await Promise.all(past.map((kept) => keeper.remove("certificates", kept.id)));
  return all.filter((kept) => !past.includes(kept)).sort((one, other) => other.begins - one.begins);
}

/** Ask again for the seals that are missing; return the certificates that got theirs. */
export async function sealLater(keeper: Keeper, supply: Supply, shown: Kept | null): Promise<Kept[]> {
  const got: Kept[] = [];
  const others = (await keptNow(keeper)).filter(({ id }) => id !== shown?.id);
  // Somebody waits for the one on the screen; where there is no space it is nowhere else.
  for (const kept of shown ? [shown, ...others] : others) {
    const certificate = container.fromText(kept.text);
    if (certificate.seal) continue;
    const again = await sealed(certificate.declaration, supply);
    if (!again.seal) break;
    const changed = { ...kept, text: container.toText(again) };
    // It may have been erased while its seal was on the way.
    await keeper.replace("certificates", kept.id, changed);
    got.push(changed);
  }
  return got;
}
