// The data diode: the only code of this site with a right to the network. It lets through 32 bytes, to be sealed, and asks for
// three files that are the same for everybody. Whatever a page asks for otherwise comes from what was kept at installation.
/// <reference lib="webworker" />
const scope = self as unknown as ServiceWorkerGlobalScope;
const KEPT = `site-${BUILD}`;
const DOCUMENTS = "documents";
const PATHS: Record<string, string> = { keys: "/v1/keys", forms: "/v1/forms" };
// The reader of QR codes is large: it comes when a page that needs it is opened, once.
const READER = "/reader.wasm";
const READER_FILES = ["/zxing.js", READER];

scope.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES.map((path) => new Request(path, { cache: "reload" })))));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([forgetOlder(), scope.clients.claim()]));
});

scope.addEventListener("fetch", (event) => {
  event.respondWith(kept(event.request));
});

scope.addEventListener("message", (event) => {
  const port = event.ports[0];
  if (event.data === "take over") event.waitUntil(scope.skipWaiting());
  if (port) event.waitUntil(answer(event.data).then((bytes) => port.postMessage(bytes), () => port.postMessage(null)));
});

/** Return the bytes asked for: a seal for 32 bytes, or one of the two documents; null for anything else. */
async function answer(wish: unknown): Promise<ArrayBuffer | null> {
  if (wish instanceof ArrayBuffer) return wish.byteLength === 32 ? seal(wish) : null;
  if (wish === "reader") return reader();
  const path = typeof wish === "string" && Object.hasOwn(PATHS, wish) ? PATHS[wish] : undefined;
  return path ? documentAt(path) : null;
}

async function seal(commitment: ArrayBuffer): Promise<ArrayBuffer | null> {
  const answered = await fetch("/v1/seal", { ...PLAIN, method: "POST", body: commitment, cache: "no-store" });
  return answered.ok ? answered.arrayBuffer() : null;
}

/** Return a document from the network, or the last one that came. The page checks who signed it. */
async function documentAt(path: string): Promise<ArrayBuffer | null> {
  const cache = await caches.open(DOCUMENTS);
  try {
    const answered = await fetch(path, PLAIN);
    if (answered.ok) await cache.put(path, answered.clone());
    if (answered.ok) return await answered.arrayBuffer();
  } catch {
    // No network: what was kept serves, and its age is a verdict.
  }
  return (await cache.match(path))?.arrayBuffer() ?? null;
}

async function reader(): Promise<ArrayBuffer | null> {
  const cache = await caches.open(KEPT);
  if (!(await cache.match(READER))) await cache.addAll(READER_FILES.map((path) => new Request(path, { cache: "reload" })));
  return (await cache.match(READER))?.arrayBuffer() ?? null;
}

const PLAIN: RequestInit = { credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" };

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(KEPT);
  const found = await cache.match(request, { ignoreSearch: request.mode === "navigate", ignoreVary: true });
  return found ?? new Response("Not here", { status: 404, headers: { "Content-Type": "text/plain" } });
}

async function forgetOlder(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("site-") && name !== KEPT).map((name) => caches.delete(name)));
}
