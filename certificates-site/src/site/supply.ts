// What the pages are supplied with, and where they live: on the site, behind the diode, or in one file without a network.
import type { readBarcodes } from "zxing-wasm/reader";
import type { Bytes } from "../format/bytes.ts";
import type { Printer } from "../paper/index.ts";
import type { Keeper } from "./store.ts";

export type ReadCodes = typeof readBarcodes;
export type PageName = "make" | "check" | "guide";

/** Whoever brings in what a page does not hold itself; null stands for what did not come. */
export interface Supply {
  /** False where nobody can ever be asked: in a file, or where the browser lets the page keep nothing. */
  readonly isConnected: boolean;
  /** Whether nobody can be asked because a file came that is not of its build, and nothing was installed. */
  readonly isUnsound: boolean;
  /** Whether nobody would answer now, by all that is known: then nobody is waited for, and is asked all the same. */
  readonly isAway: boolean;
  /** What the seal process answers for a hash of 32 bytes. */
  seal(commitment: Bytes): Promise<Uint8Array | null>;
  /** The signed list of keys or set of forms, fresh or as it came last. */
  document(name: "keys" | "forms"): Promise<Uint8Array | null>;
  /** What reads QR codes. */
  reader(): Promise<ReadCodes | null>;
  /** What makes PDF. */
  printer(): Promise<Printer | null>;
  /** Have the guide for officers kept; where it stands in the page itself there is nothing to do. */
  keepGuide?(): Promise<void>;
  /** Take a newer signed list of keys; only a file needs that. */
  renew?(keys: Uint8Array): void;
}

/** Where the pages live. */
export interface Home {
  readonly isFile: boolean;
  keeper(): Promise<Keeper>;
  supply(): Promise<Supply>;
  /** Return the way to a page. */
  way(page: PageName, attributes: Readonly<Record<string, string>>, text: string): HTMLElement;
  /** Begin this page again, as after another language was chosen. */
  again(): void;
}
