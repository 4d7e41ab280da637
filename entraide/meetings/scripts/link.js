// The key of a meeting that is encrypted from end to end. It stands behind the # of the link, which browsers tell no server.

const NAME = "k";
const BYTES = 32;

export function written(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Return the bytes of a text in base64url. Throws where it is none. */
export function read(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}

export function newFragment() {
  return `#${NAME}=${written(crypto.getRandomValues(new Uint8Array(BYTES)))}`;
}

/** Whether a link promises a meeting that is encrypted: also one whose key was cut on the way. */
export function promisesKey(fragment) {
  return new URLSearchParams(fragment.slice(1)).has(NAME);
}

/** Return the key that a fragment holds; null where it holds none, or not a whole one. */
export function keyIn(fragment) {
  try {
    const key = read(new URLSearchParams(fragment.slice(1)).get(NAME) ?? "");
    return key.length === BYTES ? key : null;
  } catch {
    return null;
  }
}

/** Whether this browser hands out what it encodes as streams. */
export function hasStreams() {
  return "createEncodedStreams" in (globalThis.RTCRtpSender?.prototype ?? {});
}

/** Whether this browser can encrypt what it sends before it leaves, in the one codec whose heads are known. */
export function canEncrypt() {
  const canLead = hasStreams() || "RTCRtpScriptTransform" in globalThis;
  return Boolean(globalThis.crypto?.subtle) && canLead && "setCodecPreferences" in (globalThis.RTCRtpTransceiver?.prototype ?? {});
}
