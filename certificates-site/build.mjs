// Builds the certificates site into a folder: the same sources, roots and packages give the same bytes.
// `ROOTS=… VERSION=… node certificates-site/build.mjs`: the public points of the roots to trust, in hexadecimal, with commas between.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const variable = process.env.VAR_DIR || join(root, "var");
const target = join(variable, "certificates-site");
// As the project says it; a build outside bin/build has none.
const release = process.env.VERSION || "0";
const roots = (process.env.ROOTS || "").split(",").filter(Boolean);
if (roots.length === 0 || !roots.every((point) => /^[0-9a-f]{128}$/.test(point))) {
  console.error("ROOTS: expected the public points of the roots to trust, 128 hexadecimal characters each, with commas between.");
  process.exit(1);
}
const SHAPES = { green: "check", amber: "open", red: "cross", grey: "dash" };
const browsers = ["chrome109", "firefox115", "safari15.6"];
const PAGES = { make: "make/index.ts", verify: "verify/index.ts" };
// What the worker does not keep at installation but when a page that needs it is opened, and the worker itself.
const LATER = ["zxing.js", "reader.wasm", "guide-fr.html", "guide-en.html", "worker.js"];
const ADDRESSES = { "index.html": "/", "verify/index.html": "/verify/" };

/** Build scripts; modules that are built together share what both need in a file of its own. */
async function bundled(entries, definitions, format = "esm") {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, join(here, "src", entry)])),
    bundle: true,
    splitting: format === "esm",
    chunkNames: "shared-[hash]",
    outdir: target,
    write: false,
    format,
    minify: true,
    target: browsers,
    charset: "utf8",
    legalComments: "none",
    logLevel: "error",
    define: Object.fromEntries(Object.entries(definitions).map(([name, value]) => [name, JSON.stringify(value)])),
  });
  return Object.fromEntries(outputFiles.map(({ path, contents }) => [relative(target, path), contents]));
}

async function style() {
  const { css } = compile(join(here, "src", "site.scss"), { loadPaths: [join(root, "entraide", "foundation", "styles")], style: "compressed", charset: false });
  return Buffer.from(css);
}

const integrity = (data) => `sha384-${createHash("sha384").update(data).digest("base64")}`;
const sha256 = (data, encoding = "hex") => createHash("sha256").update(data).digest(encoding);
const page = (name) => readFile(join(here, "src", "pages", name), "utf8");

/** Put the files' hashes where the page names them, and have what its script imports come at the same time. */
function withHashes(text, files) {
  const shared = Object.keys(files).filter((name) => name.startsWith("shared-")).sort();
  const preloads = shared.map((name) => `<link rel="modulepreload" href="/${name}" integrity="${integrity(files[name])}">`);
  return Buffer.from(text.replace("{shared}", preloads.join("\n"))
    .replaceAll(/\{([a-z]+\.(?:css|js))\}/g, (_, name) => integrity(files[name])));
}

async function blankPages(files) {
  const wordings = JSON.parse(await page("blank.json"));
  const template = await page("blank.html");
  return Object.fromEntries(Object.entries(wordings).map(([language, texts]) => {
    const lines = texts.lines.map((line) => `<p class="line">${line}</p>`).join("\n");
    const filled = template.replaceAll(/\{([a-z]+)\}/g, (_, name) => ({ ...texts, lines, language })[name]);
    return [`blank-${language}.html`, withHashes(filled, files)];
  }));
}

/** The guide for officers: the verdicts in the words and shapes of the page that gives them. */
async function guidePages(files) {
  const { "texts.js": script } = await bundled({ texts: "site/texts.ts" }, {});
  const { ALL } = await import(`data:text/javascript;base64,${Buffer.from(script).toString("base64")}`);
  const guides = JSON.parse(await page("guide.json"));
  const template = await page("guide.html");
  return Object.fromEntries(Object.entries(guides).map(([language, guide]) => {
    const section = ({ title, lines }) => `<h2>${title}</h2>\n<ul>\n${lines.map((line) => `<li>${line}</li>`).join("\n")}\n</ul>`;
    const verdict = ({ verdict, colour, means, act }) => `<section class="verdict is-${colour}">
<div class="banner"><span class="shape shape-${SHAPES[colour]}" aria-hidden="true"></span><h3>${ALL[language][`verdict_${verdict}`]}</h3></div>
<p>${means}</p>
<p><strong>${guide.act}</strong> ${act}</p>
</section>`;
    const { skip, check, never } = ALL[language];
    const parts = { language, ...guide, skip, check, never, before: section(guide.before), checking: section(guide.checking), after: section(guide.after),
      verdicts: guide.verdicts.map(verdict).join("\n") };
    return [`guide-${language}.html`, withHashes(template.replaceAll(/\{([a-z]+)\}/g, (whole, name) => parts[name] ?? whole), files)];
  }));
}

async function allFiles(version) {
  const files = { "site.css": await style(), ...(await bundled(PAGES, { ROOTS: roots, BUILD: version, VERSION: release })) };
  Object.assign(files, await bundled({ zxing: "verify/zxing.ts" }, {}));
  for (const name of ["icon.svg", "site.webmanifest"]) files[name] = Buffer.from(await page(name));
  files["index.html"] = withHashes(await page("make.html"), files);
  files["verify/index.html"] = withHashes(await page("verify.html"), files);
  Object.assign(files, await blankPages(files), await guidePages(files));
  files["reader.wasm"] = await readFile(join(root, "node_modules", "zxing-wasm", "dist", "reader", "zxing_reader.wasm"));
  const address = (name) => ADDRESSES[name] ?? `/${name}`;
  const kept = Object.keys(files).filter((name) => !LATER.includes(name)).sort().map(address);
  const digests = Object.fromEntries(Object.keys(files).sort().map((name) => [address(name), sha256(files[name], "base64")]));
  return { ...files, ...(await bundled({ worker: "worker.ts" }, { BUILD: version, FILES: kept, DIGESTS: digests }, "iife")) };
}

const listed = (files) => Object.keys(files).sort().map((name) => `${sha256(files[name])}  ${name}\n`).join("");
// The version stands in the files that it is made from: it is the hash of the same files without it.
const version = sha256(listed(await allFiles(""))).slice(0, 12);
const files = await allFiles(version);
await rm(target, { recursive: true, force: true });
for (const [name, data] of Object.entries(files)) {
  await mkdir(dirname(join(target, name)), { recursive: true });
  await writeFile(join(target, name), data);
}
await writeFile(join(target, "SHA256SUMS"), listed(files));
await copyFile(join(here, "headers.json"), join(target, "headers.json"));
