// The pages that are written at the build, from templates and wordings: the form to fill in by hand, the guide, the offer of the one file.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundled } from "./bundle.mjs";

export const SOURCES = join(dirname(dirname(fileURLToPath(import.meta.url))), "src");
const SHAPES = { green: "check", amber: "open", red: "cross", grey: "dash" };

const integrity = (data) => `sha384-${createHash("sha384").update(data).digest("base64")}`;
export const sha256 = (data, encoding = "hex") => createHash("sha256").update(data).digest(encoding);
export const page = (name) => readFile(join(SOURCES, "pages", name), "utf8");
const wordings = async (name) => Object.entries(JSON.parse(await page(name)));
const paragraphs = (lines, attributes = "") => lines.map((line) => `<p${attributes}>${line}</p>`).join("\n");

/** Put texts in the places {like_this} of a template. */
export function filledIn(template, values) {
  return template.replaceAll(/\{([a-z_]+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Put the files' hashes where the page names them, and have what its script imports come at the same time. */
export function withHashes(text, files) {
  const shared = Object.keys(files).filter((name) => name.startsWith("shared-")).sort();
  const preloads = shared.map((name) => `<link rel="modulepreload" href="/${name}" integrity="${integrity(files[name])}">`);
  return Buffer.from(text.replace("{shared}", preloads.join("\n"))
    .replaceAll(/\{([a-z]+\.(?:css|js))\}/g, (_, name) => integrity(files[name])));
}

/** Return what stands in the main part of a template. */
export async function mainOf(name) {
  return /<main[^>]*>([^]*)<\/main>/.exec(await page(name))[1];
}

/** Return the texts of the pages that scripts make, by language. */
async function spoken() {
  const { "texts.js": script } = await bundled(SOURCES, { texts: "site/texts.ts" }, {});
  const { ALL } = await import(`data:text/javascript;base64,${Buffer.from(script).toString("base64")}`);
  return ALL;
}

/** Return what stands at the foot of every page: what is never asked, and which build this is. */
function foot({ never, version }, { VERSION, BUILD }) {
  const parts = version.split("{}");
  return `<footer><p>${never}</p><p class="small">${parts[0]}${VERSION}${parts[1]}${BUILD}</p></footer>`;
}

/** Return the form to fill in by hand in each language, put into a template. */
export async function byHand(template, known) {
  const all = await spoken();
  return (await wordings("blank.json")).map(([language, texts]) =>
    [language, filledIn(template, { ...texts, lines: paragraphs(texts.lines, ' class="line"'), language, foot: foot(all[language], known) })]);
}

/** Return the guide for officers in each language, put into a template: the verdicts in the words and shapes of the page that gives them. */
export async function guides(template, known) {
  const all = await spoken();
  return (await wordings("guide.json")).map(([language, guide]) => {
    const { skip, check } = all[language];
    const parts = Object.fromEntries(["before", "checking", "after"].map((name) => [name, section(guide[name])]));
    const verdicts = guide.verdicts.map((each) => verdict(each, guide.act, all[language])).join("\n");
    return [language, filledIn(template, { ...guide, language, skip, check, ...parts, verdicts, foot: foot(all[language], known) })];
  });
}

function section({ title, lines }) {
  return `<h2>${title}</h2>\n<ul>\n${lines.map((line) => `<li>${line}</li>`).join("\n")}\n</ul>`;
}

function verdict({ verdict, colour, means, act }, label, texts) {
  return `<section class="verdict is-${colour}">
<div class="banner"><span class="shape shape-${SHAPES[colour]}" aria-hidden="true"></span><h3>${texts[`verdict_${verdict}`]}</h3></div>
<p>${means}</p>
<p><strong>${label}</strong> ${act}</p>
</section>`;
}

/** Return the pages that offer the one file by its name, with its hash; or that say that there is none. */
export async function offers(name, file, files, known) {
  const template = await page("offer.html");
  const all = await spoken();
  return Object.fromEntries((await wordings("offer.json")).map(([language, texts]) => {
    const size = file && (file.length / 1e6).toLocaleString(language, { maximumFractionDigits: 1 });
    const offer = file === null ? `<p class="notice">${texts.none}</p>` : [
      `<p><a class="button" href="/${name}" download="${name}">${filledIn(texts.take, { size })}</a></p>`,
      `<p>${texts.sum}</p>\n<p class="sum"><code>${sha256(file)}</code></p>\n<p class="small">${texts.how}</p>`,
    ].join("\n");
    const filled = filledIn(template, { ...texts, language, lines: paragraphs(texts.lines), offer, foot: foot(all[language], known) });
    return [`file-${language}.html`, withHashes(filled, files)];
  }));
}
