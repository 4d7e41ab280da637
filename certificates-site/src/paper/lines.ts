// Lines of a paragraph: broken where they are full, and put into the order in which they are seen (Unicode's bidirectional
// algorithm), so that a name in Arabic or Hebrew stands right within a sentence in French.
import bidiFactory from "bidi-js";
import { isolated } from "./letters.ts";

/** A stretch of a paragraph in one weight. */
export interface Part {
  readonly text: string;
  readonly isBold?: boolean;
}

/** What is drawn in one go: letters of one part and one direction, in the order in which they are written. */
export interface Run {
  readonly part: number;
  readonly text: string;
}

/** Runs from left to right. */
export type Line = readonly Run[];
export type Measure = (text: string, part: Part) => number;

const bidi = bidiFactory();

/** Return the lines of some parts, none wider than `width` unless a single letter is. */
export function setLines(parts: readonly Part[], width: number, measure: Measure): Line[] {
  const paragraph = new Paragraph(parts);
  const lines: Line[] = [];
  for (const [start, end] of paragraph.broken(width, measure)) lines.push(paragraph.seen(start, end));
  return lines;
}

class Paragraph {
  private readonly text: string;
  /** The part of each code unit. */
  private readonly partOf: readonly number[];
  private readonly levels: ReturnType<typeof bidi.getEmbeddingLevels>;

  constructor(private readonly parts: readonly Part[]) {
    // Each part may be of another direction than the sentence, and must not carry its own into what follows.
    const texts = parts.map(({ text }) => isolated(text.replaceAll("\n", " ")));
    this.text = texts.join("");
    this.partOf = texts.flatMap((text, part) => Array<number>(text.length).fill(part));
    this.levels = bidi.getEmbeddingLevels(this.text, "ltr");
  }

  /** Yield the first and the end of each line, between words, or within one that is longer than a line. */
  *broken(width: number, measure: Measure): Generator<[number, number]> {
    let start = 0;
    let end = 0;
    for (const word of this.text.matchAll(/[^ ]* ?/g)) {
      const stop = word.index + word[0].length;
      if (this.widthOf(start, stop, measure) > width && end > start) {
        yield [start, end];
        start = end;
      }
      // A word that is alone on its line and too long for it.
      const cuts = this.widthOf(start, stop, measure) > width ? this.cuts(start, stop) : [];
      for (const cut of cuts) {
        if (this.widthOf(start, cut, measure) > width && end > start) {
          yield [start, end];
          start = end;
        }
        end = cut;
      }
      end = stop;
    }
    if (end > start) yield [start, end];
  }

  /** Return the runs of a line in the order in which they are seen. */
  seen(start: number, end: number): Line {
    const last = start + this.text.slice(start, end).trimEnd().length - 1;
    if (last < start) return [];
    const order = Array.from({ length: last - start + 1 }, (_, at) => start + at);
    for (const [from = 0, to = 0] of bidi.getReorderSegments(this.text, this.levels, start, last)) {
      const turned = order.slice(from - start, to - start + 1).reverse();
      order.splice(from - start, turned.length, ...turned);
    }
    const runs: { part: number; isTurned: boolean; at: number[] }[] = [];
    for (const at of order) {
      const part = this.partOf[at]!;
      const isTurned = this.levels.levels[at]! % 2 === 1;
      const run = runs.at(-1);
      if (run && run.part === part && run.isTurned === isTurned && Math.abs(run.at.at(-1)! - at) === 1) run.at.push(at);
      else runs.push({ part, isTurned, at: [at] });
    }
    return runs.map(({ part, isTurned, at }) => ({ part, text: isTurned ? this.turned(at) : at.map((each) => this.text[each]).join("") }));
  }

  /** Return a run from right to left as it is written: the font turns it, except where it has no letter that says so. */
  private turned(at: readonly number[]): string {
    const written = [...at].reverse().map((each) => bidi.getMirroredCharacter(this.text[each]!) ?? this.text[each]!);
    const isTurnedByFont = written.some((letter) => ["R", "AL"].includes(bidi.getBidiCharTypeName(letter)));
    return (isTurnedByFont ? written : written.reverse()).join("");
  }

  private widthOf(start: number, end: number, measure: Measure): number {
    let width = 0;
    let at = start;
    while (at < end) {
      const part = this.partOf[at]!;
      let stop = at;
      while (stop < end && this.partOf[stop] === part) stop += 1;
      width += measure(this.text.slice(at, stop), this.parts[part]!);
      at = stop;
    }
    return width;
  }

  /** Return where a word may be cut: between letters, never between a letter and its marks. */
  private cuts(start: number, stop: number): number[] {
    const found: number[] = [];
    let at = start;
    for (const letter of this.text.slice(start, stop)) {
      if (at > start && !/[\p{M}\u200c\u200d]/u.test(letter)) found.push(at);
      at += letter.length;
    }
    return [...found, stop];
  }
}
