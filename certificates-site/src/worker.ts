// The data diode: the only code of this site with a right to the network. It lets through 32 bytes, to be sealed, and asks for
// three files that are the same for everybody. Whatever a page asks for otherwise comes from what was kept at installation.
/// <reference lib="webworker" />
const scope = self as unknown as ServiceWorkerGlobalScope;
const KEPT = `site-${BUILD}`;
const DOCUMENTS = "documents";
const UNSOUND = "unsound";
const PATHS: Record<string, string> = { keys: "/v1/keys", forms: "/v1/forms" };
// What only some pages need comes when one asks, once: what reads QR codes, what makes PDF, the guide for officers. Of each the page
// gets the last file.
const LATER: Record<string, readonly string[]> = {
  reader: ["/zxing.js", "/reader.wasm"],
  printer: ["/printer.js"],
  guide: ["/guide-fr.html", "/guide-en.html"],
};
// What a click may take from the network: the one file, the pages that explain it, and licences.
const PASSED = ["/attestations.html", "/file-fr.html", "/file-en.html", "/licences.txt"];

// One file that is not of this build, and nothing is installed: the version that was there goes on.
scope.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => Promise.all(FILES.map((path) => keep(cache, path)))));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([forgetOlder(), caches.delete(UNSOUND), scope.clients.claim()]));
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
  if (typeof wish !== "string") return null;
  if (Object.hasOwn(LATER, wish)) return later(LATER[wish]!);
  return Object.hasOwn(PATHS, wish) ? documentAt(PATHS[wish]!) : null;
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

async function later(paths: readonly string[]): Promise<ArrayBuffer | null> {
  const cache = await caches.open(KEPT);
  for (const path of paths) if (!(await cache.match(path))) await keep(cache, path);
  return (await cache.match(paths.at(-1)!))?.arrayBuffer() ?? null;
}

/** Keep a file of this build. Throws when the server answers with anything else. The page has just had most, and what is the same
 * does not come twice. */
async function keep(cache: Cache, path: string): Promise<void> {
  const answered = await fetch(new Request(path, { ...PLAIN, cache: "no-cache" }));
  const data = await answered.clone().arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  if (!answered.ok) throw new Error(`${path} was answered with ${answered.status}`);
  if (btoa(String.fromCharCode(...digest)) !== DIGESTS[path]) {
    // Its being there tells the pages why nobody is at work.
    await caches.open(UNSOUND);
    throw new Error(`${path} is not of this build`);
  }
  await cache.put(path, answered);
}

const PLAIN: RequestInit = { credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" };

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(KEPT);
  const { pathname } = new URL(request.url);
  // A page that anyone may open first. Nothing that the request holds goes out: it is asked for by its name.
  if (LATER["guide"]!.includes(pathname) && !(await cache.match(pathname))) await keep(cache, pathname).catch(() => undefined);
  const found = await cache.match(request, { ignoreSearch: request.mode === "navigate", ignoreVary: true });
  return found ?? new Response("Not here", { status: 404, headers: { "Content-Type": "text/plain" } });
}

async function forgetOlder(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("site-") && name !== KEPT).map((name) => caches.delete(name)));
}
