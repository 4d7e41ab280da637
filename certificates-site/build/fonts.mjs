// The fonts of printed pages: DejaVu Sans (free; its licence goes with it into licences.txt), cut down to alphabets and packed.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { zlibSync } from "fflate";
import subsetFont from "subset-font";

const FOLDER = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "node_modules", "dejavu-fonts-ttf", "ttf");
const LATIN = [[0x20, 0x7e], [0xa0, 0x17f], [0x2010, 0x2027], [0x202f, 0x203a], [0x20ac, 0x20ac]];
// Every script of names that the font has; not its arrows, mathematics, dominoes and the like.
const ALPHABETS = [
  [0x20, 0x7e], [0xa0, 0x52f], [0x531, 0x58f], [0x591, 0x5f4], [0x600, 0x6ff], [0x750, 0x77f], [0x7c0, 0x7ff], [0xe80, 0xeff],
  [0x10a0, 0x10ff], [0x1400, 0x167f], [0x1680, 0x169f], [0x1c80, 0x1c8f], [0x1d00, 0x1fff], [0x200c, 0x200d], [0x2010, 0x2027],
  [0x202f, 0x205e], [0x2070, 0x209f], [0x20a0, 0x20cf], [0x2116, 0x2122], [0x25a1, 0x25a1], [0x2610, 0x2610],
  [0x27e8, 0x27e9], [0x2c60, 0x2c7f], [0x2d00, 0x2d7f], [0xa4d0, 0xa4ff], [0xa640, 0xa69f], [0xa700, 0xa7ff], [0xfb00, 0xfb4f],
];
const FONTS = {
  regular: { file: "DejaVuSans.ttf", ranges: ALPHABETS },
  // Labels and headings are in the languages of the interface.
  bold: { file: "DejaVuSans-Bold.ttf", ranges: LATIN },
};
const packed = new Map();

/** Return a font's bytes, packed: by a packer of the lock file, so that they are the same whoever builds. */
export async function packedFont(name) {
  if (!packed.has(name)) packed.set(name, pack(FONTS[name]));
  return packed.get(name);
}

async function pack({ file, ranges }) {
  const letters = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)));
  const cut = await subsetFont(await readFile(join(FOLDER, file)), letters.join(""), { targetFormat: "sfnt", noHinting: true });
  return zlibSync(cut, { level: 9 });
}
