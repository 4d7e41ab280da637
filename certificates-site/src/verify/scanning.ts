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
    const text = file ? await checker.reader.textIn(file) : null;
    if (text !== null) await checker.check(text);
    else said.textContent = texts.imageNone;
  });
  return element("div", { class: "field" }, element("label", { for: "image" }, texts.image), input);
}

function camera(checker: Checker, said: HTMLElement): HTMLElement {
  const { texts } = checker;
  const video = element("video", { playsinline: true, muted: true, hidden: true });
  const button = element("button", { type: "button", class: "primary" }, texts.camera);
  let stream: MediaStream | null = null;

  function stop(): void {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    button.textContent = texts.camera;
  }

  async function look(): Promise<void> {
    // Leaving the view ends the stream.
    if (!stream || !video.isConnected) return stop();
    const text = video.videoWidth > 0 ? await checker.reader.textIn(video) : null;
    if (text === null) {
      setTimeout(() => void look(), BETWEEN_FRAMES_MS);
      return;
    }
    stop();
    await checker.check(text);
  }

  button.addEventListener("click", async () => {
    if (stream) return stop();
    said.textContent = "";
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    } catch (error) {
      const isRefused = error instanceof DOMException && ["NotAllowedError", "SecurityError"].includes(error.name);
      said.textContent = isRefused ? texts.cameraDenied : texts.cameraNone;
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    button.textContent = texts.cameraStop;
    await video.play();
    await look();
  });
  return element("div", { class: "camera" }, video, element("p", { class: "row" }, button));
}
