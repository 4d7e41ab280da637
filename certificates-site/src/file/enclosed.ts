// What the one file is supplied with: what stands in it. There is nobody to ask for a seal.
import type { Printer } from "../paper/index.ts";
import type { ReadCodes, Supply } from "../site/supply.ts";

export class Enclosed implements Supply {
  readonly isConnected = false;
  readonly isUnsound = false;
  readonly isAway = true;
  private newerKeys: Uint8Array | null = null;

  seal(): Promise<null> {
    return Promise.resolve(null);
  }

  async document(name: "keys" | "forms"): Promise<Uint8Array | null> {
    return (name === "keys" ? this.newerKeys : null) ?? block(name);
  }

  renew(keys: Uint8Array): void {
    this.newerKeys = keys;
  }

  async reader(): Promise<ReadCodes | null> {
    const program = block("reader");
    return program && (await import("../verify/zxing.ts")).prepared(program);
  }

  async printer(): Promise<Printer> {
    return (await import("../paper/index.ts")).printer;
  }
}

/** Return the bytes that the build put into the page under a name. */
function block(name: string): Uint8Array | null {
  const text = document.getElementById(`block-${name}`)?.textContent;
  return text ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : null;
}
