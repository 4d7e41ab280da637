// Builds what browsers load into var/assets: one style sheet, our scripts, htmx. `bin/build assets` runs this.
import { mkdir, readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compileString } from "sass";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "entraide", "foundation");
const target = join(process.env.VAR_DIR || join(root, "var"), "assets");
const browsers = ["chrome109", "firefox115", "safari15.6"];

/** Each icon becomes a custom property and a class, so that the whole set travels inside the style sheet. */
async function icons() {
  const folder = join(source, "styles", "icons");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".svg")).sort();
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const entries = names.map((name, index) => {
    const data = files[index].trim().replaceAll(/\s+/g, " ").replaceAll('"', "'").replaceAll("#", "%23");
    return { name: name.slice(0, -4), url: `url("data:image/svg+xml,${data.replaceAll("<", "%3C").replaceAll(">", "%3E")}")` };
  });
  const properties = entries.map(({ name, url }) => `--icon-${name}:${url};`).join("");
  return `:root{${properties}}\n${entries.map(({ name }) => `.icon-${name}{--icon:var(--icon-${name})}`).join("\n")}`;
}

async function style() {
  const sheet = await readFile(join(source, "styles", "site.scss"), "utf8");
  const { css } = compileString(`${sheet}\n${await icons()}`, {
    loadPaths: [join(source, "styles"), join(root, "node_modules")],
    quietDeps: true,
  });
  await build({
    stdin: { contents: css, loader: "css", resolveDir: source },
    outfile: join(target, "site.css"),
    minify: true,
    target: browsers,
    // Pico writes old vendor properties that esbuild does not know; they are harmless.
    logLevel: "error",
  });
}

function script(entry, name) {
  return build({
    entryPoints: [entry],
    outfile: join(target, name),
    bundle: true,
    format: "esm",
    minify: true,
    target: browsers,
    legalComments: "none",
    logLevel: "error",
  });
}

function sheet(entry, name) {
  return build({ entryPoints: [entry], outfile: join(target, name), minify: true, target: browsers, logLevel: "error" });
}

await mkdir(target, { recursive: true });
await Promise.all([
  style(),
  script(join(source, "scripts", "site.js"), "site.js"),
  script(join(source, "scripts", "htmx.js"), "htmx.js"),
  // Only the page that asks for a proof of work loads these: ALTCHA's widget without what a strict policy forbids.
  script(join(source, "scripts", "proof.js"), "proof.js"),
  script(join(root, "node_modules", "altcha", "dist", "workers", "pbkdf2.js"), "proof-worker.js"),
  sheet(join(root, "node_modules", "altcha", "dist", "external", "altcha.css"), "proof.css"),
]);
