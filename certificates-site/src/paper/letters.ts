// Which letters the font has. One that it lacks is printed as a box, with a transliteration beside the words; never dropped.
import anyAscii from "any-ascii";

export const BOX = "□";
// They mark where a text of another direction stands, or which of two shapes a letter has: none is drawn.
const MARKS = /[\u2066-\u2069\ufe00-\ufe0f]/gu;
// They part or join the letters beside them, which the font does.
const JOINERS = "\u200c\u200d";

/** Return a text that keeps its own direction among others. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}

/** Return a text with boxes for letters that the font lacks, and then how it reads in Latin letters. */
export function printable(text: string, hasGlyph: (point: number) => boolean): string {
  const isDrawn = (letter: string) => JOINERS.includes(letter) || drawn(letter) === "" || hasGlyph(letter.codePointAt(0)!);
  const boxed = Array.from(text, (letter) => (isDrawn(letter) ? letter : BOX)).join("");
  return boxed === text ? text : `${isolated(boxed)} (${anyAscii(drawn(text))})`;
}

/** Return a text without the marks for which no font has a shape. */
export function drawn(text: string): string {
  return text.replaceAll(MARKS, "");
}
