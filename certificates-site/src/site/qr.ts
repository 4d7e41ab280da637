// The QR code as a drawing, with the margin of four modules that the standard asks for.
import { encode } from "uqr";
import { drawing } from "./elements.ts";

const MARGIN = 4;

/** Return the code of a text. M suits screens; Q suits paper, which is folded and stained. */
export function qrCode(text: string, { level, label }: { level: "M" | "Q"; label: string }): SVGSVGElement {
  const { data, size } = encode(text, { ecc: level, border: MARGIN });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  const svg = drawing(path, size, label);
  svg.classList.add("qr");
  svg.setAttribute("shape-rendering", "crispEdges");
  return svg;
}
