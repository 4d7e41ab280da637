// The page's side of the data diode: 32 bytes go in, a seal comes out; and two documents that are the same for everybody.
import type { Bytes } from "../format/bytes.ts";

const PATIENCE_MS = 6_000;

/** A worker that has the right to the network, or nobody when the browser has no workers or lets them keep nothing. */
export class Diode {
  private constructor(
    private readonly worker: ServiceWorker | null,
    /** Whether there is nobody because a file came that is not of its build. */
    readonly isUnsound = false,
  ) {}

  /** Register the worker and wait until it is at work. */
  static async connect(): Promise<Diode> {
    if (!("serviceWorker" in navigator) || !location.protocol.startsWith("http")) return new Diode(null);
    try {
      const registration = await navigator.serviceWorker.register(workerAddress(), { updateViaCache: "none" });
      const worker = registration.active ?? (await installed(registration));
      // The worker leaves word when a file is not of its build.
      return new Diode(worker, !worker && (await caches.has("unsound")));
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

  /** Have the worker keep the guide for officers. */
  async keepGuide(): Promise<void> {
    await this.ask("guide");
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

/** Return the first worker once it is at work, or null when it could not be installed, as where there is no space. */
function installed({ installing, waiting }: ServiceWorkerRegistration): Promise<ServiceWorker | null> {
  const worker = installing ?? waiting;
  return new Promise((resolve) => {
    const look = () => {
      if (worker?.state === "activated") resolve(worker);
      if (!worker || worker.state === "redundant") resolve(null);
    };
    worker?.addEventListener("statechange", look);
    look();
  });
}

let address: string | null = null;

/** The one address that the policy lets become a worker. The browser lets the policy be made once. */
function workerAddress(): string {
  const factory = (window as unknown as { trustedTypes?: TypesFactory }).trustedTypes;
  address ??= (factory?.createPolicy("sw", { createScriptURL: () => "/worker.js" }).createScriptURL("") ?? "/worker.js") as string;
  return address;
}

interface TypesFactory {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(text: string): unknown };
}
