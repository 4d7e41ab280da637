// Builds the certificates site into a folder: the same sources, roots, documents and packages give the same bytes.
// `ROOTS=… node certificates-site/build.mjs`: the public points of the roots to trust, in hexadecimal, with commas between.
// KEYS and FORMS name the signed list of keys and set of forms that go into the one file; without them there is no such file.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";
import { bundled, licences } from "./build/bundle.mjs";
import { filledIn, oneFile } from "./build/onefile.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const sources = join(here, "src");
const modules = join(root, "node_modules");
const variable = process.env.VAR_DIR || join(root, "var");
const target = join(variable, "certificates-site");
const roots = (process.env.ROOTS || "").split(",").filter(Boolean);
if (roots.length === 0 || !roots.every((point) => /^[0-9a-f]{128}$/.test(point))) {
  console.error("ROOTS: expected the public points of the roots to trust, 128 hexadecimal characters each, with commas between.");
  process.exit(1);
}
const PAGES = { make: "make/index.ts", verify: "verify/index.ts" };
// What the worker does not keep at installation: what reads QR codes and what prints come when a page needs them.
const LATER = ["licences.txt", "printer.js", "reader.wasm", "worker.js", "zxing.js"];
const ADDRESSES = { "index.html": "/", "verify/index.html": "/verify/" };
const FILE = "attestations.html";

const integrity = (data) => `sha384-${createHash("sha384").update(data).digest("base64")}`;
const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const page = (name) => readFile(join(sources, "pages", name), "utf8");
const wordings = async (name) => Object.entries(JSON.parse(await page(name)));
const paragraphs = (lines, attributes = "") => lines.map((line) => `<p${attributes}>${line}</p>`).join("\n");

function style() {
  const loadPaths = [join(root, "entraide", "foundation", "styles")];
  return compile(join(sources, "site.scss"), { loadPaths, style: "compressed", charset: false }).css;
}

/** Put the files' hashes where the page names them, and have what its script imports come at the same time. */
function withHashes(text, files) {
  const shared = Object.keys(files).filter((name) => name.startsWith("shared-")).sort();
  const preloads = shared.map((name) => `<link rel="modulepreload" href="/${name}" integrity="${integrity(files[name])}">`);
  return Buffer.from(text.replace("{shared}", preloads.join("\n"))
    .replaceAll(/\{([a-z]+\.(?:css|js))\}/g, (_, name) => integrity(files[name])));
}

/** Return the form to fill in by hand, whole pages by language, or only what stands in them. */
async function byHand(template) {
  return (await wordings("blank.json")).map(([language, texts]) =>
    [language, filledIn(template, { ...texts, lines: paragraphs(texts.lines, ' class="line"'), language })]);
}

async function allFiles(version) {
  const files = { "site.css": Buffer.from(style()), ...(await bundled(sources, PAGES, { ROOTS: roots, BUILD: version })) };
  for (const name of ["icon.svg", "site.webmanifest"]) files[name] = Buffer.from(await page(name));
  files["index.html"] = withHashes(await page("make.html"), files);
  files["verify/index.html"] = withHashes(await page("verify.html"), files);
  for (const [language, text] of await byHand(await page("blank.html"))) files[`blank-${language}.html`] = withHashes(text, files);
  Object.assign(files, await bundled(sources, { zxing: "verify/zxing.ts" }, {}));
  Object.assign(files, await bundled(sources, { printer: "paper/index.ts" }, {}));
  files["reader.wasm"] = await readFile(join(modules, "zxing-wasm", "dist", "reader", "zxing_reader.wasm"));
  files["licences.txt"] = await licences(modules);
  const kept = Object.keys(files).filter((name) => !LATER.includes(name)).sort().map((name) => ADDRESSES[name] ?? `/${name}`);
  return { ...files, ...(await bundled(sources, { worker: "worker.ts" }, { BUILD: version, FILES: kept }, { format: "iife" })) };
}

/** Return the one file, or null without the documents that it is to hold. */
async function carried(version, files) {
  if (!process.env.KEYS || !process.env.FORMS) return null;
  const { "onefile.js": script } = await bundled(sources, { onefile: "file/index.ts" }, { ROOTS: roots, BUILD: version }, { format: "iife" });
  const main = /<main[^>]*>([^]*)<\/main>/.exec(await page("blank.html"))[1];
  return oneFile({
    shell: await page("shell.html"),
    page: await page("onefile.html"),
    style: style(),
    shellStyle: await page("shell.css"),
    script: Buffer.from(script).toString("utf8").trim(),
    icon: files["icon.svg"],
    byHand: (await byHand(main)).map(([language, text]) => `<section lang="${language}">${text}</section>`).join("\n"),
    blocks: {
      keys: await readFile(process.env.KEYS), forms: await readFile(process.env.FORMS), reader: files["reader.wasm"],
      licences: files["licences.txt"],
    },
  });
}

/** Return the pages that offer the one file, with its hash. */
async function offers(file, files) {
  const template = await page("offer.html");
  return Object.fromEntries((await wordings("offer.json")).map(([language, texts]) => {
    const size = file && (file.length / 1e6).toLocaleString(language, { maximumFractionDigits: 1 });
    const offer = file === null ? `<p class="notice">${texts.none}</p>` : [
      `<p><a class="button" href="/${FILE}" download="${FILE}">${filledIn(texts.take, { size })}</a></p>`,
      `<p>${texts.sum}</p>\n<p class="sum"><code>${sha256(file)}</code></p>\n<p class="small">${texts.how}</p>`,
    ].join("\n");
    const filled = filledIn(template, { ...texts, language, lines: paragraphs(texts.lines), offer });
    return [`file-${language}.html`, withHashes(filled, files)];
  }));
}

const listed = (files) => Object.keys(files).sort().map((name) => `${sha256(files[name])}  ${name}\n`).join("");
// The version stands in the files that it is made from: it is the hash of the same files without it.
const version = sha256(listed(await allFiles(""))).slice(0, 12);
const files = await allFiles(version);
const file = await carried(version, files);
// They change with each list of keys, and so have a list of hashes of their own.
const daily = { ...(file && { [FILE]: file }), ...(await offers(file, files)) };
await rm(target, { recursive: true, force: true });
for (const [name, data] of Object.entries({ ...files, ...daily })) {
  await mkdir(dirname(join(target, name)), { recursive: true });
  await writeFile(join(target, name), data);
}
await writeFile(join(target, "SHA256SUMS"), listed(files));
await writeFile(join(target, "SHA256SUMS.daily"), listed(daily));
await copyFile(join(here, "headers.json"), join(target, "headers.json"));
