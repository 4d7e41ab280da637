// The page's side of the data diode: 32 bytes go in, a seal comes out; and two documents that are the same for everybody.
import type { Bytes } from "../format/bytes.ts";

const PATIENCE_MS = 6_000;

/** A worker that has the right to the network, or nobody when the browser has no workers or is in a file. */
export class Diode {
  private constructor(private readonly worker: ServiceWorker | null) {}

  /** Register the worker and wait until it is at work. */
  static async connect(): Promise<Diode> {
    if (!("serviceWorker" in navigator) || !location.protocol.startsWith("http")) return new Diode(null);
    try {
      await navigator.serviceWorker.register(workerAddress(), { updateViaCache: "none" });
      const registration = await navigator.serviceWorker.ready;
      return new Diode(registration.active);
    } catch {
      return new Diode(null);
    }
  }

  /** Return what the seal process answers for a hash of 32 bytes, or null when there is no network. */
  seal(commitment: Bytes): Promise<Uint8Array | null> {
    return this.ask(commitment.buffer);
  }

  /** Return the signed list of keys or set of forms, fresh or as it came last, or null when none ever came. */
  document(name: "keys" | "forms"): Promise<Uint8Array | null> {
    return this.ask(name);
  }

  /** Return the program that reads QR codes, or null when it never came. */
  reader(): Promise<Uint8Array | null> {
    return this.ask("reader");
  }

  private ask(wish: ArrayBuffer | string): Promise<Uint8Array | null> {
    const worker = this.worker;
    if (!worker) return Promise.resolve(null);
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      const patience = setTimeout(() => resolve(null), PATIENCE_MS);
      port1.onmessage = ({ data }) => {
        clearTimeout(patience);
        resolve(data instanceof ArrayBuffer ? new Uint8Array(data) : null);
      };
      worker.postMessage(wish, [port2]);
    });
  }
}

/** The one address that the policy lets become a worker. */
function workerAddress(): string {
  const factory = (window as unknown as { trustedTypes?: TypesFactory }).trustedTypes;
  const policy = factory?.createPolicy("sw", { createScriptURL: () => "/worker.js" });
  return (policy?.createScriptURL("") ?? "/worker.js") as string;
}

interface TypesFactory {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(text: string): unknown };
}
