// Base45 (RFC 9285): bytes as the 45 characters that a QR code packs best.
import type { Bytes } from "./bytes.ts";
import { Malformed } from "./errors.ts";

export const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Write bytes as text: two bytes become three characters, least significant first. */
export function encode(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += 2) {
    const isPair = at + 1 < data.length;
    let number = isPair ? data[at]! * 256 + data[at + 1]! : data[at]!;
    for (let digits = isPair ? 3 : 2; digits > 0; digits -= 1) {
      text += ALPHABET[number % 45];
      number = Math.floor(number / 45);
    }
  }
  return text;
}

/** Read text; throws Malformed for other characters, lengths and values out of range. */
export function decode(text: string): Bytes {
  if (text.length % 3 === 1) throw new Malformed("Base45 text never has this length");
  const values = Array.from(text, (character) => ALPHABET.indexOf(character));
  if (values.includes(-1) || values.length !== text.length) throw new Malformed("a character that Base45 does not have");
  const found: number[] = [];
  for (let at = 0; at < values.length; at += 3) {
    const isTriple = at + 2 < values.length;
    const number = values[at]! + 45 * values[at + 1]! + (isTriple ? 2025 * values[at + 2]! : 0);
    if (number > (isTriple ? 0xffff : 0xff)) throw new Malformed("characters that stand for more than their bytes");
    if (isTriple) found.push(number >> 8);
    found.push(number & 0xff);
  }
  return Uint8Array.from(found);
}
