// Text of strangers, made safe to show: characters that hide or turn others are shown as marks.

// Controls, and marks that turn the direction of writing: they could make a name look like another. The two joiners are part of
// names in Persian and in the scripts of India, and hide nothing.
const HIDDEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu;

/** Return a text with each invisible character as ⟨U+202E⟩. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (mark) => `⟨U+${mark.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟩`);
}
