// The data diode: the only code of this site with a right to the network. It lets through 32 bytes, to be sealed, and asks for
// three files that are the same for everybody. Whatever a page asks for otherwise comes from what was kept at installation.
/// <reference lib="webworker" />
const scope = self as unknown as ServiceWorkerGlobalScope;
const KEPT = `site-${BUILD}`;
const DOCUMENTS = "documents";
const PATHS: Record<string, string> = { keys: "/v1/keys", forms: "/v1/forms" };
// What is large comes when a page needs it, once: what reads QR codes, and what makes PDF. Of each the page gets the last file.
const PARTS: Record<string, readonly string[]> = { reader: ["/zxing.js", "/reader.wasm"], printer: ["/printer.js"] };
// What a click may take from the network: the one file, the pages that explain it, and licences.
const PASSED = ["/attestations.html", "/file-fr.html", "/file-en.html", "/licences.txt"];

scope.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES.map(fresh))));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([forgetOlder(), scope.clients.claim()]));
});

scope.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  // Without anything that the request holds: it is the same one for everybody.
  event.respondWith(PASSED.includes(pathname) ? fetch(pathname, PLAIN) : kept(event.request));
});

scope.addEventListener("message", (event) => {
  const port = event.ports[0];
  if (event.data === "take over") event.waitUntil(scope.skipWaiting());
  if (port) event.waitUntil(answer(event.data).then((bytes) => port.postMessage(bytes), () => port.postMessage(null)));
});

/** Return the bytes asked for: a seal for 32 bytes, one of the two documents or a part of the site; null for anything else. */
async function answer(wish: unknown): Promise<ArrayBuffer | null> {
  if (wish instanceof ArrayBuffer) return wish.byteLength === 32 ? seal(wish) : null;
  if (typeof wish === "string" && Object.hasOwn(PARTS, wish)) return part(PARTS[wish]!);
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

async function part(files: readonly string[]): Promise<ArrayBuffer | null> {
  const cache = await caches.open(KEPT);
  const last = files.at(-1)!;
  if (!(await cache.match(last))) await cache.addAll(files.map(fresh));
  return (await cache.match(last))?.arrayBuffer() ?? null;
}

/** Ask anew for a file; the page has just had most of them, and what is the same does not come twice. */
function fresh(path: string): Request {
  return new Request(path, { cache: "no-cache" });
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
