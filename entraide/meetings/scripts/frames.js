// A worker: encrypts each picture and each piece of sound before it leaves the browser, and decrypts those that come. What
// travels is a head in clear, what was encrypted with its tag of 16 bytes, a count of six bytes and the number of the key.
// Counts never come twice with one key. The head is none of the encoder's: it says to servers on the way whether the picture
// stands by itself, which they must know to switch between layers, and nothing else. Where somebody's picture is shown, only
// what their own keys open comes through: a server that swaps two people shows nobody.

const TAG_BYTES = 16;
const COUNT_BYTES = 6;
const TRAIL_BYTES = COUNT_BYTES + 4;
const IV_BYTES = 12;
// VP8 (RFC 6386, 9.1): the lowest bit tells a picture that needs others; one that needs none goes on with a mark and a size.
const STANDS_ALONE = Uint8Array.of(0x10, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0);
const NEEDS_OTHERS = Uint8Array.of(0x11);
const NO_HEAD = new Uint8Array(0);
// A key that is missing is asked for so often at most.
const ASK_AGAIN_MS = 3000;

// By their numbers, keys and whose they are; by the number of a place, whose picture or sound comes there.
const keys = new Map();
const seats = new Map();
const asked = new Map();
let sending = null;
let count = 0;

function headOf(frame) {
  if (frame.type === "key") return STANDS_ALONE;
  return frame.type === "delta" ? NEEDS_OTHERS : NO_HEAD;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function seal(frame, controller) {
  // Without a key nothing leaves.
  if (!sending || frame.data.byteLength === 0) return;
  const { number, key } = sending;
  count += 1;
  const trail = new DataView(new ArrayBuffer(TRAIL_BYTES));
  trail.setUint16(0, Math.floor(count / 2 ** 32));
  trail.setUint32(2, count % 2 ** 32);
  trail.setUint32(COUNT_BYTES, number);
  const tail = new Uint8Array(trail.buffer);
  const head = headOf(frame);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: ivOf(tail), additionalData: head }, key, frame.data);
  frame.data = joined(head, new Uint8Array(sealed), tail).buffer;
  controller.enqueue(frame);
}

async function open(frame, controller, place) {
  const data = new Uint8Array(frame.data);
  const isPicture = frame.type === "key" || frame.type === "delta";
  const headLength = !isPicture ? 0 : data[0] & 1 ? NEEDS_OTHERS.length : STANDS_ALONE.length;
  if (data.length < headLength + TAG_BYTES + TRAIL_BYTES) return;
  const tail = data.subarray(data.length - TRAIL_BYTES);
  const who = seats.get(place);
  const known = keys.get(new DataView(tail.buffer, tail.byteOffset).getUint32(COUNT_BYTES));
  if (!known) return lack(who);
  if (known.who !== who) return;
  try {
    frame.data = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: ivOf(tail), additionalData: data.subarray(0, headLength) }, known.key, data.subarray(headLength, data.length - TRAIL_BYTES),
    );
  } catch {
    // Changed on the way.
    return;
  }
  controller.enqueue(frame);
}

/** Say that a key of somebody is missing: what brought it was lost. */
function lack(who) {
  const now = performance.now();
  if (who === undefined || now - (asked.get(who) ?? -ASK_AGAIN_MS) < ASK_AGAIN_MS) return;
  asked.set(who, now);
  self.postMessage({ is: "lacks", who });
}

function ivOf(tail) {
  const iv = new Uint8Array(IV_BYTES);
  iv.set(tail.subarray(0, COUNT_BYTES), IV_BYTES - COUNT_BYTES);
  return iv;
}

function flow({ readable, writable }, { side, place }) {
  const transform = side === "seal" ? seal : (frame, controller) => open(frame, controller, place);
  // A way that ends, ends its streams.
  const ended = () => side === "open" && seats.delete(place);
  readable.pipeThrough(new TransformStream({ transform })).pipeTo(writable).then(ended, ended);
}

self.addEventListener("rtctransform", ({ transformer }) => flow(transformer, transformer.options));
self.addEventListener("message", ({ data }) => {
  if (data.is === "use") sending = data;
  else if (data.is === "know") keys.set(data.number, data);
  else if (data.is === "forget") data.numbers.forEach((number) => keys.delete(number));
  else if (data.is === "seat") seats.set(data.place, data.who);
  else if (data.is === "flow") flow(data, data);
});
