// Bundles the site's scripts, and names the packages that went into them.
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { build } from "esbuild";
import { packedFont } from "./fonts.mjs";

const BROWSERS = ["chrome109", "firefox115", "safari15.6"];
export const packages = new Set();

/** `import bold from "font:bold"` brings the packed bytes of a font. */
const fonts = {
  name: "fonts",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^font:/ }, ({ path }) => ({ path, namespace: "font" }));
    onLoad({ filter: /.*/, namespace: "font" }, async ({ path }) => ({ contents: await packedFont(path.slice("font:".length)), loader: "binary" }));
  },
};

/** Return scripts by name, from entries by name; as modules, what several need is in a file of its own. */
export async function bundled(folder, entries, definitions, { format = "esm" } = {}) {
  const target = resolve("/bundled");
  const { outputFiles, metafile } = await build({
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, join(folder, entry)])),
    bundle: true,
    splitting: format === "esm",
    chunkNames: "shared-[hash]",
    outdir: target,
    write: false,
    metafile: true,
    format,
    minify: true,
    target: BROWSERS,
    charset: "utf8",
    legalComments: "none",
    logLevel: "error",
    plugins: [fonts],
    define: {
      ...Object.fromEntries(Object.entries(definitions).map(([name, value]) => [name, JSON.stringify(value)])),
      // A script within a page has no address; pdfkit wants one for a file that is never asked for.
      ...(format === "iife" && { "import.meta.url": '"file:///"' }),
    },
  });
  for (const input of Object.keys(metafile.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
    if (input.startsWith("font:")) packages.add("dejavu-fonts-ttf");
  }
  return Object.fromEntries(outputFiles.map(({ path, contents }) => [relative(target, path), contents]));
}

const LICENCE_FILES = ["LICENSE", "LICENSE.txt", "LICENSE.md", "license", "COPYING"];

/** Return the licences of the packages in the scripts, as one text: they ask to go wherever their code goes. */
export async function licences(modules) {
  const parts = [];
  for (const name of [...packages].sort()) {
    const { version, license, author } = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
    const texts = await Promise.all(LICENCE_FILES.map((file) => readFile(join(modules, name, file), "utf8").catch(() => null)));
    const text = texts.find((each) => each !== null) ?? `${license}\n${author?.name ?? author ?? ""}`;
    parts.push(`${name} ${version}\n\n${text.replaceAll("\r\n", "\n").trim()}\n`);
  }
  return Buffer.from(parts.join(`\n${"-".repeat(80)}\n\n`));
}
