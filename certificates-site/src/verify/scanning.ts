// The view that takes a code in: camera, image file, pasted text.
import { element } from "../site/elements.ts";
import type { Checker } from "./checker.ts";

const BETWEEN_FRAMES_MS = 120;

export function scanningView(checker: Checker): HTMLElement {
  const { texts } = checker;
  const said = element("p", { class: "fault", role: "alert" });
  const text = element("textarea", { id: "text", rows: 4, spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  return element("div", {},
    element("h1", {}, texts.check),
    element("p", { class: "lead" }, checker.hasCamera ? texts.checkIntro : texts.checkIntroFile),
    checker.knowledge(),
    element("p", {}, checker.guide()),
    said,
    checker.hasCamera && checker.reader.canRead ? camera(checker, said) : null,
    checker.reader.canRead ? imageField(checker, said) : null,
    element("div", { class: "field" }, element("label", { for: "text" }, texts.paste), text),
    element("p", { class: "row" },
      element("button", { type: "button", class: "primary", onclick: () => void checker.check(text.value.trim()) }, texts.checkText)),
    checker.renewal());
}

function imageField(checker: Checker, said: HTMLElement): HTMLElement {
  const { texts } = checker;
  const input = element("input", { type: "file", id: "image", accept: "image/*" });
  input.addEventListener("change", async () => {
    const [file] = Array.from(input.files ?? []);
    if (!file) return;
    said.textContent = "";
    try {
      const text = await checker.reader.textInFile(file);
      if (text !== null) return await checker.check(text);
      said.textContent = texts.imageNone;
    } catch {
      said.textContent = texts.imageUnreadable;
    }
    // The same file may be chosen once more.
    input.value = "";
  });
  return element("div", { class: "field" }, element("label", { for: "image" }, texts.image), input);
}

/** What browsers call it when there is no picture; anything else means that there is no camera. */
const FAULTS: Readonly<Record<string, "cameraDenied" | "cameraBusy">> = {
  NotAllowedError: "cameraDenied",
  SecurityError: "cameraDenied",
  NotReadableError: "cameraBusy",
  AbortError: "cameraBusy",
};
// The code fills a part of what the camera sees: a small picture would leave too little of it.
const WISHED = { video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false };

function camera(checker: Checker, said: HTMLElement): HTMLElement {
  const { texts } = checker;
  const video = element("video", { playsinline: true, muted: true, hidden: true });
  const button = element("button", { type: "button", class: "primary" }, texts.camera);
  let stream: MediaStream | null = null;

  function stop(saying = ""): void {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    button.textContent = texts.camera;
    said.textContent = saying;
  }

  async function look(seen: MediaStream, number: number): Promise<void> {
    // Leaving the view ends the stream.
    if (!video.isConnected) return stop();
    performance.mark("frame");
    const text = await checker.reader.textInFrame(video, number);
    // It may have been closed, or have gone, while the frame was read.
    if (stream !== seen) return;
    if (text === null) {
      setTimeout(() => stream === seen && void look(seen, number + 1), BETWEEN_FRAMES_MS);
      return;
    }
    stop();
    await checker.check(text);
    performance.measure("frame to verdict", "frame");
  }

  async function open(): Promise<void> {
    said.textContent = "";
    try {
      stream = await navigator.mediaDevices.getUserMedia(WISHED);
      // A camera that is unplugged, or forbidden while it runs, ends its track.
      for (const track of stream.getTracks()) track.addEventListener("ended", () => stop(texts.cameraGone));
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      return stop(texts[(error instanceof DOMException && FAULTS[error.name]) || "cameraNone"]);
    }
    video.hidden = false;
    button.textContent = texts.cameraStop;
    await look(stream, 0);
  }

  button.addEventListener("click", async () => {
    if (stream) return stop();
    button.disabled = true;
    await open().finally(() => (button.disabled = false));
  });
  return element("div", { class: "camera" }, video, element("p", { class: "row" }, button));
}
