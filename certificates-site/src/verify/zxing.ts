// ZXing, loaded only by browsers that cannot read QR codes themselves.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

/** Start ZXing from its program, which the page may not fetch itself. */
export async function prepared(program: Uint8Array): Promise<typeof readBarcodes> {
  const wasmBinary = Uint8Array.from(program).buffer;
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  return readBarcodes;
}
