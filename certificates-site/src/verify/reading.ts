// Reading QR codes from pictures: by the browser's own detector where it has one, else by ZXing in WebAssembly.
import { PREFIX } from "../format/container.ts";
import type { ReadCodes, Supply } from "../site/supply.ts";
import { pixelsOf, sharpened } from "./pixels.ts";

const FILE_SIDE = 3_000;
// What is out of focus is read from a smaller picture: its modules are then as wide as the sharpening expects.
const SHARPENED_SIDE = 1_200;
const FRAME_SIDE = 1_280;

/** Returns the texts of the codes in a picture: at most so many, since looking for another takes time. */
type Read = (pixels: ImageData, most: number) => Promise<string[]>;

interface Detector {
  detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

/** Reads codes. Without a detector and without ZXing, which comes once with a network, only pasted text can be checked. */
export class Reader {
  private constructor(private readonly read: Read | null) {}

  static async prepare(supply: Supply): Promise<Reader> {
    const own = await ownDetector();
    if (own) return new Reader(async (pixels) => (await own.detect(pixels)).map((each) => each.rawValue));
    const readCodes = await supply.reader();
    return new Reader(readCodes && readWith(readCodes));
  }

  get canRead(): boolean {
    return this.read !== null;
  }

  /** Return the text of a code in a file, one of ours first, or null. Throws when the file is no picture to this browser. */
  async textInFile(file: Blob): Promise<string | null> {
    const picture = await createImageBitmap(file);
    try {
      return (await this.first(pixelsOf(picture, FILE_SIDE), 8)) ?? (await this.first(sharpened(pixelsOf(picture, SHARPENED_SIDE)), 8));
    } finally {
      picture.close();
    }
  }

  /** Return the text of a code that a camera sees now, or null. Every other frame is sharpened first. */
  async textInFrame(video: HTMLVideoElement, number: number): Promise<string | null> {
    if (video.videoWidth === 0) return null;
    const pixels = pixelsOf(video, FRAME_SIDE);
    return this.first(number % 2 === 0 ? pixels : sharpened(pixels), 1);
  }

  private async first(pixels: ImageData, most: number): Promise<string | null> {
    const texts = (await this.read?.(pixels, most)) ?? [];
    return texts.find((text) => text.startsWith(PREFIX)) ?? texts[0] ?? null;
  }
}

async function ownDetector(): Promise<Detector | null> {
  const known = (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!known || !(await known.getSupportedFormats()).includes("qr_code")) return null;
  return new known({ formats: ["qr_code"] });
}

function readWith(readCodes: ReadCodes): Read {
  return async (pixels, most) => {
    const found = await readCodes(pixels, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: most });
    return found.filter((each) => each.isValid).map((each) => each.text);
  };
}
