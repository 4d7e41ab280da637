// A tagged document of A4 pages, black on white: each call puts one thing below the last, and into the structure what it is.
// Nothing is broken over two pages: what does not fit begins the next.
import PDFDocument from "pdfkit";
import type { Code } from "../site/qr.ts";
import { type Fonts, openFonts } from "./fonts.ts";
import { drawn } from "./letters.ts";
import { type Line, type Part, setLines } from "./lines.ts";

export const MM = 72 / 25.4;
const PAGE = { width: 210 * MM, height: 297 * MM };
const MARGIN = { side: 18 * MM, top: 18 * MM, bottom: 24 * MM };
const WIDTH = PAGE.width - 2 * MARGIN.side;
const FRAME = { inset: 8 * MM, width: 6, gap: 7, line: 1.6 };
const BODY = 11;
const SMALL = 9;
// In parts of the letters' size: from line to line, how much of that is above the line, and what follows a paragraph.
const LEADING = 1.34;
const ASCENT = 0.98;
const BELOW = 0.6;

export interface Options {
  readonly title: string;
  readonly language: string;
  /** The lines at the foot of each page. */
  readonly footer: readonly string[];
  /** A hatched frame, by which a certificate without a seal is known. */
  readonly isFramed: boolean;
}

interface Setting {
  readonly size?: number;
  readonly below?: number;
  readonly tag?: string;
  /** What is read out of a part where that is not what is drawn, by the part's number. */
  readonly actual?: Readonly<Record<number, string>>;
}

type Structure = PDFKit.PDFStructureElement;

export class Sheet {
  private readonly pdf: PDFKit.PDFDocument;
  private readonly content: Structure;
  private readonly chunks: BlobPart[] = [];
  private readonly fonts: Fonts = openFonts();
  private y = 0;

  constructor(private readonly options: Options) {
    const settings = {
      autoFirstPage: false, size: "A4", margin: 0, pdfVersion: "1.7", subset: "PDF/UA", tagged: true, displayTitle: true,
      lang: options.language, font: null, info: { Title: options.title, Author: "Entraide", Creator: "Entraide" },
    };
    // Its types know neither this subset nor that there may be no font before the first.
    this.pdf = new PDFDocument(settings as unknown as PDFKit.PDFDocumentOptions);
    this.pdf.on("data", (chunk: Uint8Array) => this.chunks.push(Uint8Array.from(chunk)));
    this.content = this.pdf.struct("Document");
    this.pdf.addStructure(this.content);
    this.newPage();
  }

  /** Tell whether a letter can be printed. */
  readonly hasGlyph = (point: number): boolean => this.fonts.regular.hasGlyphForCodePoint(point);

  newPage(): void {
    this.pdf.addPage();
    this.y = MARGIN.top;
    this.pdf.markContent("Artifact", { type: "Layout" });
    if (this.options.isFramed) this.frame();
    const rows = this.options.footer.map((text): [Part, Line[]] => [{ text }, this.broken([{ text }], SMALL, WIDTH)]);
    let top = PAGE.height - MARGIN.bottom + 3 * MM;
    for (const [part, lines] of rows) {
      this.drawer([part], lines, SMALL, MARGIN.side, top)(0);
      top += lines.length * LEADING * SMALL;
    }
    this.pdf.endMarkedContent();
  }

  heading(level: 1 | 2, text: string): void {
    const size = level === 1 ? 1.4 * BODY : 1.2 * BODY;
    // A heading does not stay alone at the foot of a page.
    this.keep(5 * BODY * LEADING);
    if (this.y > MARGIN.top) this.y += 0.5 * size;
    this.paragraph([{ text, isBold: true }], { size, below: 0.5, tag: `H${level}` });
  }

  paragraph(parts: readonly Part[], { size = BODY, below = BELOW, tag = "P", actual = {} }: Setting = {}): void {
    const lines = this.broken(parts, size, WIDTH);
    const top = this.keep(lines.length * size * LEADING);
    const draw = this.drawer(parts, lines, size, MARGIN.side, top);
    const children = parts.map((_, part) => {
      const said = actual[part];
      return said === undefined ? () => draw(part) : this.pdf.struct("Span", { actual: said }, [() => draw(part)]);
    });
    this.content.add(this.pdf.struct(tag, {}, children));
    this.y = top + (lines.length * LEADING + below) * size;
  }

  /** Put a list, each item with a mark before it. */
  list(items: readonly string[], mark = "•"): void {
    const indent = 5 * MM;
    const list = this.pdf.struct("L");
    for (const text of items) {
      const lines = this.broken([{ text }], BODY, WIDTH - indent);
      const top = this.keep(lines.length * BODY * LEADING);
      const draw = this.drawer([{ text }], lines, BODY, MARGIN.side + indent, top);
      const label = () => this.draw(mark, { text: mark }, BODY, MARGIN.side, top + ASCENT * BODY);
      list.add(this.pdf.struct("LI", {}, [this.pdf.struct("Lbl", {}, [label]), this.pdf.struct("LBody", {}, [() => draw(0)])]));
      this.y = top + (lines.length * LEADING + 0.3) * BODY;
    }
    list.end();
    this.content.add(list);
    this.y += (BELOW - 0.3) * BODY;
  }

  /** Put a label with a line to write on. */
  line(label: string): void {
    const part = { text: label, isBold: true };
    const top = this.keep(11 * MM);
    const baseline = top + 8 * MM;
    this.content.add(this.pdf.struct("P", {}, [() => this.draw(label, part, BODY, MARGIN.side, baseline)]));
    this.pdf.markContent("Artifact", { type: "Layout" });
    const from = MARGIN.side + this.measure(label, part, BODY) + 2 * MM;
    this.pdf.lineWidth(0.6).moveTo(from, baseline + 1).lineTo(PAGE.width - MARGIN.side, baseline + 1).stroke("#000");
    this.pdf.endMarkedContent();
    this.y = top + 11 * MM;
  }

  /** Put a QR code, with a small text beside its foot, or in the middle of the page. */
  figure({ path, size }: Code, { width, alt, beside }: { width: number; alt: string; beside?: string }): void {
    const top = this.keep(width);
    const left = beside === undefined ? (PAGE.width - width) / 2 : MARGIN.side;
    const draw = () => {
      this.pdf.save().translate(left, top).scale(width / size).path(path).fill("#000").restore();
    };
    const bbox: [number, number, number, number] = [left, top, left + width, top + width];
    this.content.add(this.pdf.struct("Figure", { alt, bbox, placement: "Block" }, [draw]));
    if (beside !== undefined) {
      const note = () => this.draw(beside, { text: beside }, SMALL, left + width + 8 * MM, top + width - 2);
      this.content.add(this.pdf.struct("P", {}, [note]));
    }
    this.y = top + width + BODY;
  }

  finished(): Promise<Blob> {
    const whole = new Promise<Blob>((resolve) => this.pdf.on("end", () => resolve(new Blob(this.chunks, { type: "application/pdf" }))));
    this.content.end();
    this.pdf.end();
    return whole;
  }

  /** Begin the next page where so much does not fit below; return where to go on. */
  private keep(height: number): number {
    if (this.y + height > PAGE.height - MARGIN.bottom && this.y > MARGIN.top) this.newPage();
    return this.y;
  }

  private broken(parts: readonly Part[], size: number, width: number): Line[] {
    return setLines(parts, width, (text, part) => this.measure(text, part, size));
  }

  /** Return what draws one part of some lines. */
  private drawer(parts: readonly Part[], lines: readonly Line[], size: number, left: number, top: number): (part: number) => void {
    return (part) => lines.forEach((line, row) => {
      let x = left;
      for (const run of line) {
        const of = parts[run.part]!;
        if (run.part === part) this.draw(run.text, of, size, x, top + (row * LEADING + ASCENT) * size);
        x += this.measure(run.text, of, size);
      }
    });
  }

  private draw(text: string, part: Part, size: number, x: number, baseline: number): void {
    // Without features named, letters would be set word by word, and words from right to left in the wrong order.
    this.inFont(text, part, size).text(drawn(text), x, baseline, { lineBreak: false, baseline: "alphabetic", features: [] });
  }

  private measure(text: string, part: Part, size: number): number {
    return this.inFont(text, part, size).widthOfString(drawn(text), { features: [] });
  }

  private inFont(text: string, { isBold = false }: Part, size: number): PDFKit.PDFDocument {
    const { regular, bold } = this.fonts;
    const isThere = isBold && Array.from(drawn(text)).every((letter) => bold.hasGlyphForCodePoint(letter.codePointAt(0)!));
    return this.pdf.font((isThere ? bold : regular) as unknown as string, isThere ? "bold" : "regular", size);
  }

  private frame(): void {
    const { inset, width, gap, line } = FRAME;
    const [right, foot] = [PAGE.width - inset, PAGE.height - inset];
    const within = [inset + width, inset + width, right - inset - 2 * width, foot - inset - 2 * width] as const;
    this.pdf.save().rect(inset, inset, right - inset, foot - inset).rect(...within).clip("even-odd");
    for (let x = inset - PAGE.height; x < right; x += gap) this.pdf.moveTo(x, foot).lineTo(x + foot - inset, inset);
    this.pdf.lineWidth(line).stroke("#000").restore();
  }
}
