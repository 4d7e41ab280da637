// Reading QR codes from pictures: by the browser's own detector where it has one, else by ZXing in WebAssembly.
import type { ReadCodes, Supply } from "../site/supply.ts";

/** Whatever a code can be read from. */
export type Picture = Blob | HTMLVideoElement;

interface Detector {
  detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

/** Reads codes. Without a detector and without ZXing, which comes once with a network, only pasted text can be checked. */
export class Reader {
  private constructor(private readonly read: ((picture: Picture) => Promise<string | null>) | null) {}

  static async prepare(supply: Supply): Promise<Reader> {
    const own = await ownDetector();
    if (own) return new Reader(async (picture) => (await own.detect(picture as ImageBitmapSource))[0]?.rawValue ?? null);
    const readCodes = await supply.reader();
    return new Reader(readCodes && ((picture) => readWith(readCodes, picture)));
  }

  get canRead(): boolean {
    return this.read !== null;
  }

  /** Return the text of the first QR code in a picture, or null. */
  async textIn(picture: Picture): Promise<string | null> {
    try {
      return (await this.read?.(picture)) ?? null;
    } catch {
      // A file that is no picture holds no code.
      return null;
    }
  }
}

async function ownDetector(): Promise<Detector | null> {
  const known = (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!known || !(await known.getSupportedFormats()).includes("qr_code")) return null;
  const detector = new known({ formats: ["qr_code"] });
  // Detectors take pictures, not files.
  return { detect: async (source) => detector.detect(source instanceof Blob ? await createImageBitmap(source) : source) };
}

async function readWith(readCodes: ReadCodes, picture: Picture): Promise<string | null> {
  const source = picture instanceof HTMLVideoElement ? frameOf(picture) : picture;
  const found = await readCodes(source, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 });
  return found.find((each) => each.isValid)?.text ?? null;
}

function frameOf(video: HTMLVideoElement): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(video, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
