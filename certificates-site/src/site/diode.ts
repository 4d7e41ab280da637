// The page's side of the data diode: 32 bytes go in, a seal comes out; and what is the same for everybody.
import type { Bytes } from "../format/bytes.ts";
import type { Printer } from "../paper/index.ts";
import type { ReadCodes, Supply } from "./supply.ts";

const PATIENCE_MS = 6_000;
// Nobody waits for a seal before they see their code: one that comes later is put in later.
const SEAL_PATIENCE_MS = 2_000;
// What reads codes and what prints are large: on a slow network they take their time, once.
const LARGE_PATIENCE_MS = 120_000;

/** A worker that has the right to the network, or nobody where the browser has no workers or lets them keep nothing. */
export class Diode implements Supply {
  private hasFailed = false;

  private constructor(
    private readonly worker: ServiceWorker | null,
    readonly isUnsound = false,
  ) {}

  /** Register the worker and wait until it is at work. */
  static async connect(): Promise<Diode> {
    if (!("serviceWorker" in navigator)) return new Diode(null);
    try {
      const registration = await navigator.serviceWorker.register(workerAddress(), { updateViaCache: "none" });
      const worker = registration.active ?? (await installed(registration));
      // The worker leaves word when a file is not of its build.
      return new Diode(worker, !worker && (await caches.has("unsound")));
    } catch {
      return new Diode(null);
    }
  }

  get isConnected(): boolean {
    return this.worker !== null;
  }

  /** A phone says that it has a network when it has one that leads nowhere: what became of the last wish says more. */
  get isAway(): boolean {
    return !this.isConnected || !navigator.onLine || this.hasFailed;
  }

  async seal(commitment: Bytes): Promise<Uint8Array | null> {
    const answer = await this.ask(commitment.buffer, SEAL_PATIENCE_MS);
    this.hasFailed = answer === null;
    return answer;
  }

  document(name: "keys" | "forms"): Promise<Uint8Array | null> {
    return this.ask(name);
  }

  async reader(): Promise<ReadCodes | null> {
    const program = await this.ask("reader", LARGE_PATIENCE_MS);
    if (!program) return null;
    const { prepared } = (await import(kept("/zxing.js"))) as typeof import("../verify/zxing.ts");
    return prepared(program);
  }

  async printer(): Promise<Printer | null> {
    if (!(await this.ask("printer", LARGE_PATIENCE_MS))) return null;
    return ((await import(kept("/printer.js"))) as typeof import("../paper/index.ts")).printer;
  }

  async keepGuide(): Promise<void> {
    await this.ask("guide");
  }

  private ask(wish: ArrayBuffer | string, patienceMs = PATIENCE_MS): Promise<Uint8Array | null> {
    const worker = this.worker;
    if (!worker) return Promise.resolve(null);
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      const patience = setTimeout(() => resolve(null), patienceMs);
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

/** Return the address of a script that the worker keeps; it is built on its own, so that nobody else loads it. */
function kept(path: string): string {
  return path;
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
