// Whether anything comes: browsers say only after five seconds, or fifteen, that nothing comes any more.

export const KINDS = ["audio", "video"];
const WATCH_MS = 1000;
const SILENT_MS = 2000;

/** Call `use` when the first of a track comes, and each time that it comes again after a pause. */
export function whenItComes(track, use) {
  track.addEventListener("unmute", use);
  if (!track.muted) use();
}

/** How many bytes a connection has received so far. */
export async function received(connection) {
  let bytes = 0;
  for (const report of (await connection.getStats()).values()) {
    if (report.type === "transport") bytes += report.bytesReceived ?? 0;
  }
  return bytes;
}

export class Watchdog {
  /** `connection` returns what is watched, null while there is nothing to watch; `silent` and `back` are called once each time. */
  constructor(connection, { silent, back }) {
    this.connection = connection;
    this.listeners = { silent, back };
    this.isExpecting = false;
    this.isSilent = false;
    this.watch = setInterval(() => void this.look(), WATCH_MS);
  }

  async look() {
    const connection = this.connection();
    const now = performance.now();
    if (!connection || !this.isExpecting) {
      this.heardAt = now;
      return;
    }
    const bytes = await received(connection);
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.heardAt = now;
      if (this.isSilent) this.listeners.back();
      this.isSilent = false;
    } else if (!this.isSilent && now - this.heardAt > SILENT_MS) {
      this.isSilent = true;
      this.listeners.silent();
    }
  }

  end() {
    clearInterval(this.watch);
  }
}
