// The fonts that are printed with: DejaVu Sans, cut down to the alphabets that it has when the site is built, and packed.
import { unzlibSync } from "fflate";
import { create, type Font } from "fontkit";
import bold from "font:bold";
import regular from "font:regular";

export interface Fonts {
  readonly regular: Font;
  /** For labels and headings: it has the letters of the languages that forms are written in. */
  readonly bold: Font;
}

let unpacked: { readonly regular: Uint8Array; readonly bold: Uint8Array } | null = null;

/**
 * Open the fonts for one document.
 *
 * They are not shared: fontkit remembers the shape of a letter without the letter once it was part of another, as Z is of Ž, and
 * the next document's Z could then neither be copied nor be read out.
 */
export function openFonts(): Fonts {
  unpacked ??= { regular: unzlibSync(regular), bold: unzlibSync(bold) };
  return { regular: opened(unpacked.regular), bold: opened(unpacked.bold) };
}

function opened(font: Uint8Array): Font {
  // The types know Node.js alone: a browser's bytes do as well.
  return create(font as Buffer) as Font;
}
