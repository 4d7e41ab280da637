// The pixels of pictures, and what makes a code out of focus readable: the difference from its surroundings, enlarged.

/** Whatever has pixels: a decoded file, or what a camera shows now. */
export type Source = ImageBitmap | HTMLVideoElement;

const AROUND = 4;
const GAIN = 6;

/** Return the pixels of a picture, made smaller where its longer side has more than `most`. */
export function pixelsOf(source: Source, most: number): ImageData {
  const [width, height] = source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
  const scale = Math.min(1, most / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** Return a picture in shades of grey whose edges are steep again. Twice blurred on the way, which rings less. */
export function sharpened({ data, width, height }: ImageData): ImageData {
  const shades = new Float32Array(width * height);
  for (let at = 0; at < shades.length; at += 1) {
    shades[at] = 0.299 * data[at * 4]! + 0.587 * data[at * 4 + 1]! + 0.114 * data[at * 4 + 2]!;
  }
  const around = averaged(averaged(shades, width, height), width, height);
  const made = new ImageData(width, height);
  for (let at = 0; at < shades.length; at += 1) {
    const shade = shades[at]! + GAIN * (shades[at]! - around[at]!);
    made.data[at * 4] = made.data[at * 4 + 1] = made.data[at * 4 + 2] = shade;
    made.data[at * 4 + 3] = 255;
  }
  return made;
}

function averaged(shades: Float32Array, width: number, height: number): Float32Array {
  const across = new Float32Array(shades.length);
  for (let y = 0; y < height; y += 1) average(shades, across, { from: y * width, step: 1, count: width });
  const both = new Float32Array(shades.length);
  for (let x = 0; x < width; x += 1) average(across, both, { from: x, step: width, count: height });
  return both;
}

/** Write the mean of each value of a row or column and its neighbours, by a sum that moves along. */
function average(read: Float32Array, written: Float32Array, { from, step, count }: { from: number; step: number; count: number }): void {
  const last = count - 1;
  const value = (at: number) => read[from + Math.min(Math.max(at, 0), last) * step]!;
  let sum = 0;
  for (let at = -AROUND; at <= AROUND; at += 1) sum += value(at);
  for (let at = 0; at < count; at += 1) {
    written[from + at * step] = sum / (2 * AROUND + 1);
    sum += value(at + AROUND + 1) - value(at - AROUND);
  }
}
