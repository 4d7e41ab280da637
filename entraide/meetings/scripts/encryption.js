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
  /** `secret` is that of the link, `worker` the address of frames.js; for the others see Sealing. */
  constructor(secret, worker, { pass, said, changed, isThere }) {
    this.worker = new Worker(worker);
    this.covered = new WeakSet();
    this.sealing = new Sealing(secret, {
      pass,
      said,
      changed,
      isThere,
      use: (number, key) => this.worker.postMessage({ is: "use", number, key }),
      know: (number, key) => this.worker.postMessage({ is: "know", number, key }),
      forget: (numbers) => this.worker.postMessage({ is: "forget", numbers }),
    });
  }

  /** What connections are made with. */
  get options() {
    return hasStreams() ? { encodedInsertableStreams: true } : {};
  }

  /**
   * Encrypt what goes up a place of a connection, and decrypt what comes down, from the first moment on: when the place is
   * made here, or in the event that tells of it.
   */
  cover(place) {
    if (this.covered.has(place)) return;
    this.covered.add(place);
    const kind = place.receiver.track.kind;
    if (kind === "video") {
      const codecs = RTCRtpReceiver.getCapabilities(kind).codecs;
      place.setCodecPreferences(codecs.filter(({ mimeType }) => CODECS.has(mimeType.toLowerCase())));
    }
    this.lead(place.sender, "seal");
    this.lead(place.receiver, "open");
  }

  lead(end, side) {
    if (!hasStreams()) {
      end.transform = new RTCRtpScriptTransform(this.worker, { side });
      return;
    }
    const { readable, writable } = end.createEncodedStreams();
    this.worker.postMessage({ is: "flow", side, readable, writable }, [readable, writable]);
  }

  end() {
    this.sealing.end();
    this.worker.terminate();
  }
}
