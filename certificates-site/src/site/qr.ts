// The QR code as a drawing, with the margin of four modules that the standard asks for.
import { encode } from "uqr";
import { drawing } from "./elements.ts";

const MARGIN = 4;
// Characters of a certificate with some more than ten fields.
const LENGTH = 600;

/** M suits screens; Q suits paper, which is folded and stained. */
export type Level = "M" | "Q";

/** A code as one path in a square of `size` modules. */
export interface Code {
  readonly path: string;
  readonly size: number;
}

/** Return the code of a text: each stretch of dark modules in a row is one rectangle. */
export function codeOf(text: string, level: Level): Code {
  const { data, size } = encode(text, { ecc: level, border: MARGIN });
  let path = "";
  data.forEach((row, y) => {
    for (let x = 0; x < size; x += 1) {
      const from = x;
      while (row[x]) x += 1;
      if (x > from) path += `M${from} ${y}h${x - from}v1h${from - x}z`;
    }
  });
  return { path, size };
}

/** Draw a code for nobody: the first of a page takes five times as long as the next, since what draws it is compiled then. */
export function warmUp(): void {
  codeOf(`MA1:${"0".repeat(LENGTH)}`, "M");
}

/** Return the drawing of a text's code, with its label for those who do not see it. */
export function qrCode(text: string, { level, label }: { level: Level; label: string }): SVGSVGElement {
  const { path, size } = codeOf(text, level);
  const svg = drawing(path, size, label);
  svg.classList.add("qr");
  svg.setAttribute("shape-rendering", "crispEdges");
  return svg;
}
