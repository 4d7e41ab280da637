// Whom this build trusts: its pinned roots, the list of keys and the set of forms that they signed, and no older ones.
import { fromHex } from "../format/bytes.ts";
import { PublicKey } from "../format/curve.ts";
import { Early } from "../format/errors.ts";
import * as forms from "../format/forms.ts";
import * as keyList from "../format/keyList.ts";
import type { Known } from "../format/signed.ts";
import type { Keeper } from "./store.ts";
import type { Supply } from "./supply.ts";

/** Return the set of forms, or null when none came that this build trusts. */
export function formsFrom(supply: Supply, keeper: Keeper): Promise<forms.FormSet | null> {
  return read("forms", forms.read, supply, keeper);
}

/** Return the list of keys, or null when none came that this build trusts. It may have expired. */
export function keysFrom(supply: Supply, keeper: Keeper): Promise<keyList.KeyList | null> {
  return read("keys", keyList.read, supply, keeper);
}

export function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}

let isEarly = false;

/** Whether a document came that counts from a later time on than this phone's: its clock is slow, then. */
export function clockIsBehind(): boolean {
  return isEarly;
}

interface Seen {
  readonly version: number;
  readonly data: Uint8Array;
}

/** Read a document, and fall back to the one that was read last when what came is older or not by a known root. */
async function read<Found extends { readonly version: number }>(
  name: "keys" | "forms",
  reader: (data: Uint8Array, known: Known) => Promise<Found>,
  supply: Supply,
  keeper: Keeper,
): Promise<Found | null> {
  const seen = await keeper.get<Seen>("seen", name);
  const roots = await Promise.all(ROOTS.map((root) => PublicKey.of(fromHex(root))));
  for (const data of [await supply.document(name), seen?.data]) {
    if (!data) continue;
    try {
      const found = await reader(data, { roots, now: secondsNow(), version: seen?.version ?? 0 });
      await keeper.put("seen", name, { version: found.version, data } satisfies Seen);
      return found;
    } catch (error) {
      isEarly ||= error instanceof Early;
      console.info(`A document was refused: ${name}.`, error instanceof Error ? error.message : "");
    }
  }
  return null;
}
