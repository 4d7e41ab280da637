// Camera, microphone and screen: asked for, chosen, switched off and on. What is off is stopped: its light goes out.

const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 15, max: 30 } };
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export class Devices {
  constructor() {
    this.stream = new MediaStream();
    this.wished = { audio: true, video: true };
    this.ids = { audio: "", video: "" };
  }

  get audio() {
    return this.stream.getAudioTracks()[0] ?? null;
  }

  get video() {
    return this.stream.getVideoTracks()[0] ?? null;
  }

  /** Ask for both; where one of them is not to be had, the other alone. Returns what is there. */
  async begin() {
    if (!navigator.mediaDevices) return { audio: false, video: false };
    try {
      this.put(await navigator.mediaDevices.getUserMedia({ audio: SOUND, video: PICTURE }));
    } catch {
      await this.start("audio");
      await this.start("video");
    }
    return { audio: Boolean(this.audio), video: Boolean(this.video) };
  }

  /** Start one kind with the device that was chosen for it; false where it is not to be had. */
  async start(kind) {
    const wish = { ...(kind === "audio" ? SOUND : PICTURE), ...(this.ids[kind] && { deviceId: { exact: this.ids[kind] } }) };
    try {
      this.put(await navigator.mediaDevices.getUserMedia({ [kind]: wish }));
      return true;
    } catch {
      return false;
    }
  }

  stop(kind) {
    for (const track of this.stream.getTracks()) {
      if (track.kind !== kind) continue;
      track.stop();
      this.stream.removeTrack(track);
    }
  }

  /** Switch one kind on or off; returns whether it is on. */
  async set(kind, isOn) {
    this.wished[kind] = isOn;
    if (!isOn) this.stop(kind);
    else if (!this[kind]) return this.start(kind);
    return isOn;
  }

  /** Use another device of a kind; returns whether it is on. */
  async choose(kind, id) {
    this.ids[kind] = id;
    if (!this.wished[kind]) return false;
    this.stop(kind);
    return this.start(kind);
  }

  async list(kind) {
    return (await navigator.mediaDevices?.enumerateDevices() ?? []).filter((device) => device.kind === kind && device.deviceId);
  }

  put(stream) {
    for (const track of stream.getTracks()) {
      this.stop(track.kind);
      this.stream.addTrack(track);
    }
  }

  end() {
    for (const kind of ["audio", "video"]) this.stop(kind);
  }
}

/** Ask for the screen; null where it is refused or cannot be had. */
export async function screen() {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15 } }, audio: false });
    return stream.getVideoTracks()[0] ?? null;
  } catch {
    return null;
  }
}

/** Show on a meter how loud a stream is, until the returned function is called. */
export function metered(stream, meter) {
  if (stream.getAudioTracks().length === 0) return () => undefined;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = 0;
  const draw = () => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    meter.value = Math.min(1, Math.sqrt(power) * 4);
    frame = requestAnimationFrame(draw);
  };
  draw();
  return () => {
    cancelAnimationFrame(frame);
    void context.close();
  };
}
