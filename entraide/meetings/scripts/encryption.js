// Encryption from end to end: every way's places are covered before anything goes through them, and the keys are agreed
// among browsers. What a page sends without a key does not leave it.
//
// Browsers have one of two ways to hand out encoded frames. Chromium has both, and of some places forgets a script
// transform, whose pictures then leave in clear (seen with 156, and w3c/webrtc-encoded-transform#314); a connection
// that is made for streams sends nothing of a place without them. So streams come first.
import { hasStreams } from "./link.js";
import { Sealing } from "./sealing.js";

const CODECS = new Set(["video/vp8", "video/rtx"]);

export class Encryption {
  /** `secret` is that of the link, `worker` the address of frames.js, `failed` is called if it ends; see Sealing too. */
  constructor(secret, worker, { pass, said, changed, isThere, failed }) {
    this.worker = new Worker(worker);
    this.worker.addEventListener("error", failed);
    this.worker.addEventListener("message", ({ data }) => this.lacks(data.who));
    // Places are numbered, so that the worker can be told who is in which.
    this.places = new WeakMap();
    this.count = 0;
    this.sealing = new Sealing(secret, {
      pass,
      said,
      changed,
      isThere,
      use: (number, key) => this.worker.postMessage({ is: "use", number, key }),
      know: (who, number, key) => this.worker.postMessage({ is: "know", who, number, key }),
      forget: (numbers) => this.worker.postMessage({ is: "forget", numbers }),
    });
  }

  /** What connections are made with. */
  get options() {
    return hasStreams() ? { encodedInsertableStreams: true } : {};
  }

  /** Whether what goes through a place is encrypted. */
  covers(place) {
    return this.places.has(place);
  }

  /**
   * Encrypt what goes up a place of a connection, and decrypt what comes down, from the first moment on: when the place is
   * made here, or in the event that tells of it. Throws where that cannot be done; nothing may be sent there then.
   */
  cover(place) {
    if (this.covers(place)) return;
    const number = ++this.count;
    this.lead(place.sender, { side: "seal", place: number });
    this.lead(place.receiver, { side: "open", place: number });
    const kind = place.receiver.track.kind;
    if (kind === "video") {
      const codecs = RTCRtpReceiver.getCapabilities(kind).codecs;
      place.setCodecPreferences(codecs.filter(({ mimeType }) => CODECS.has(mimeType.toLowerCase())));
    }
    this.places.set(place, number);
  }

  /** Let only what somebody sends come out of a place. */
  seat(place, who) {
    if (this.covers(place)) this.worker.postMessage({ is: "seat", place: this.places.get(place), who });
  }

  lead(end, where) {
    if (!hasStreams()) {
      end.transform = new RTCRtpScriptTransform(this.worker, where);
      return;
    }
    const { readable, writable } = end.createEncodedStreams();
    this.worker.postMessage({ is: "flow", ...where, readable, writable }, [readable, writable]);
  }

  /** Ask somebody for the key that is missing, unless they are known to have another link. */
  lacks(who) {
    if (this.sealing.canRead(who) !== false) void this.sealing.greet(this.sealing.me, [who]);
  }

  end() {
    this.sealing.end();
    this.worker.terminate();
  }
}
