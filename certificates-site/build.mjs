// Builds the certificates site into a folder: the same sources, roots, documents and packages give the same bytes.
// `ROOTS=… VERSION=… node certificates-site/build.mjs`: the public points of the roots to trust, in hexadecimal, with commas between.
// KEYS and FORMS name the signed list of keys and set of forms that go into the one file; without them there is no such file.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";
import { bundled, licences } from "./build/bundle.mjs";
import { oneFile } from "./build/onefile.mjs";
import { byHand, guides, mainOf, offers, page, sha256, SOURCES, withHashes } from "./build/pages.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const modules = join(root, "node_modules");
const variable = process.env.VAR_DIR || join(root, "var");
const target = join(variable, "certificates-site");
// As the project says it; a build outside bin/build has none.
const release = process.env.VERSION || "0";
const roots = (process.env.ROOTS || "").split(",").filter(Boolean);
if (roots.length === 0 || !roots.every((point) => /^[0-9a-f]{128}$/.test(point))) {
  console.error("ROOTS: expected the public points of the roots to trust, 128 hexadecimal characters each, with commas between.");
  process.exit(1);
}
const PAGES = { make: "make/index.ts", verify: "verify/index.ts" };
// What the worker does not keep at installation but when a page that needs it asks, what it passes on, and the worker itself.
const LATER = ["guide-en.html", "guide-fr.html", "licences.txt", "printer.js", "reader.wasm", "worker.js", "zxing.js"];
const ADDRESSES = { "index.html": "/", "verify/index.html": "/verify/" };
const FILE = "attestations.html";

function style() {
  const loadPaths = [join(root, "entraide", "foundation", "styles")];
  return compile(join(SOURCES, "site.scss"), { loadPaths, style: "compressed", charset: false }).css;
}

/** Return what the pages know of their build. */
const knownTo = (version) => ({ ROOTS: roots, BUILD: version, VERSION: release });

/** Return the files of the build by name, but not those that change with the documents. */
async function allFiles(version) {
  const known = knownTo(version);
  const files = { "site.css": Buffer.from(style()), ...(await bundled(SOURCES, PAGES, known)) };
  for (const name of ["icon.svg", "site.webmanifest"]) files[name] = Buffer.from(await page(name));
  files["index.html"] = withHashes(await page("make.html"), files);
  files["verify/index.html"] = withHashes(await page("verify.html"), files);
  for (const [language, text] of await byHand(await page("blank.html"), known)) files[`blank-${language}.html`] = withHashes(text, files);
  for (const [language, text] of await guides(await page("guide.html"), known)) files[`guide-${language}.html`] = withHashes(text, files);
  Object.assign(files, await bundled(SOURCES, { zxing: "verify/zxing.ts" }, {}));
  Object.assign(files, await bundled(SOURCES, { printer: "paper/index.ts" }, {}));
  files["reader.wasm"] = await readFile(join(modules, "zxing-wasm", "dist", "reader", "zxing_reader.wasm"));
  files["licences.txt"] = await licences(modules);
  return { ...files, ...(await worker(version, files)) };
}

/** Return the worker, which knows what to keep and each file's hash. */
function worker(version, files) {
  const address = (name) => ADDRESSES[name] ?? `/${name}`;
  const kept = Object.keys(files).filter((name) => !LATER.includes(name)).sort().map(address);
  const digests = Object.fromEntries(Object.keys(files).sort().map((name) => [address(name), sha256(files[name], "base64")]));
  return bundled(SOURCES, { worker: "worker.ts" }, { BUILD: version, FILES: kept, DIGESTS: digests }, { format: "iife" });
}

/** Return the one file, or null without the documents that it is to hold. */
async function carried(version, files) {
  if (!process.env.KEYS || !process.env.FORMS) return null;
  const known = knownTo(version);
  const { "onefile.js": script } = await bundled(SOURCES, { onefile: "file/index.ts" }, known, { format: "iife" });
  const within = (parts, tag, name) => parts.map(([language, text]) => `<${tag} lang="${language}" id="${name}-${language}">${text}</${tag}>`).join("\n");
  return oneFile({
    shell: await page("shell.html"),
    page: await page("onefile.html"),
    style: style(),
    shellStyle: await page("shell.css"),
    script: Buffer.from(script).toString("utf8").trim(),
    icon: files["icon.svg"],
    byHand: within(await byHand(await mainOf("blank.html"), known), "section", "blank"),
    guides: within(await guides(await mainOf("guide.html"), known), "template", "guide"),
    blocks: {
      keys: await readFile(process.env.KEYS), forms: await readFile(process.env.FORMS), reader: files["reader.wasm"],
      licences: files["licences.txt"],
    },
  });
}

const listed = (files) => Object.keys(files).sort().map((name) => `${sha256(files[name])}  ${name}\n`).join("");
// The version stands in the files that it is made from: it is the hash of the same files without it.
const version = sha256(listed(await allFiles(""))).slice(0, 12);
const files = await allFiles(version);
const file = await carried(version, files);
// They change with each list of keys, and so have a list of hashes of their own.
const daily = { ...(file && { [FILE]: file }), ...(await offers(FILE, file, files, knownTo(version))) };
await rm(target, { recursive: true, force: true });
for (const [name, data] of Object.entries({ ...files, ...daily })) {
  await mkdir(dirname(join(target, name)), { recursive: true });
  await writeFile(join(target, name), data);
}
await writeFile(join(target, "SHA256SUMS"), listed(files));
await writeFile(join(target, "SHA256SUMS.daily"), listed(daily));
await copyFile(join(here, "headers.json"), join(target, "headers.json"));
