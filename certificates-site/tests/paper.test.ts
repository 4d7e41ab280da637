// Lines of printed pages: broken where they are full, in the order in which they are seen, no letter lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, isolated, printable } from "../src/paper/letters.ts";
import { type Part, setLines } from "../src/paper/lines.ts";
import { dateText, timeText, wordsIn } from "../src/paper/words.ts";
import type { Form } from "../src/format/forms.ts";

// Every letter is one wide here; the marks that are not drawn have no width.
const measure = (text: string) => Array.from(drawn(text)).length;
const seen = (parts: readonly Part[], width = 80) =>
  setLines(parts, width, measure).map((line) => line.map(({ text }) => drawn(text)).filter((text) => text !== ""));

test("words go to the next line where one is full, and no letter is lost", () => {
  assert.deepEqual(seen([{ text: "un deux trois" }], 8), [["un deux"], ["trois"]]);
  const long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch";
  const lines = seen([{ text: `à ${long} fin` }], 20);
  assert.ok(lines.every((line) => measure(line.join("")) <= 20));
  assert.equal(lines.flat().join("").replaceAll(" ", ""), `à${long}fin`);
});

test("a letter and its marks are never parted", () => {
  const name = "a\u0323\u0302\u0315".repeat(9);
  for (const line of seen([{ text: name }], 5)) assert.match(line.join(""), /^a/);
});

test("a name from right to left stands as one run, in the order in which it is written", () => {
  assert.deepEqual(seen([{ text: "Nom : ", isBold: true }, { text: "שרה כהן" }, { text: ", Paris" }]), [["Nom : ", "שרה כהן", ", Paris"]]);
});

test("what follows such a name stays where it is read", () => {
  const text = `${isolated("محمد")} (03/05/2014), Léa`;
  assert.deepEqual(seen([{ text }]), [["محمد", " (03/05/2014), Léa"]]);
});

test("brackets within such a name are turned with it, and a name of marks alone is seen as written", () => {
  assert.deepEqual(seen([{ text: "שרה (לוי)" }]), [["שרה )לוי("]]);
  assert.deepEqual(seen([{ text: "" }]), [[]]);
  assert.deepEqual(seen([{ text: "()!" }]), [["()!"]]);
});

test("letters that the font lacks are boxes with how they read; the rest stays", () => {
  const hasGlyph = (point: number) => point < 0x250;
  assert.equal(printable("Zoë", hasGlyph), "Zoë");
  assert.equal(drawn(printable("Zoë 王", hasGlyph)), "Zoë □ (Zoe Wang)");
  assert.equal(printable("n\u200cn", hasGlyph), "n\u200cn");
});

test("times and dates are written as strftime writes them", () => {
  const form = { zone: "Europe/Paris" } as Form;
  assert.equal(timeText(1_795_440_240, form, wordsIn("fr")), "23/11/2026 à 14 h 24");
  assert.equal(timeText(1_795_440_240, form, wordsIn("en")), "23 November 2026 at 14:24");
  assert.equal(dateText("1984-07-04", wordsIn("en")), "04 July 1984");
  assert.equal(dateText("yesterday", wordsIn("fr")), "yesterday");
  assert.equal(wordsIn("br"), wordsIn("fr"));
});
