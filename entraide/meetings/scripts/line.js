// The line to the gateway: says and hears JSON, comes back by itself with the session's secret after a cut. The gateway pings
// every five seconds; a line on which nothing comes is given up, since a browser may take minutes to notice.

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 5000;
const WATCH_MS = 500;
const SILENT_MS = 7000;
const PROBED_MS = 2000;
// Codes with which the gateway says that coming back is of no use.
const FINAL = new Set([1000, 4400, 4403, 4409]);

export class Line {
  /** `take` gets every answer, `changed` whether there is a line, `over` the reason for which there will be none. */
  constructor(path, token, { take, changed, over }) {
    const { protocol, host } = window.location;
    this.address = `${protocol === "https:" ? "wss" : "ws"}://${host}${path}`;
    this.entrance = { do: "join", token };
    this.listeners = { take, changed, over };
    this.pause = FIRST_PAUSE_MS;
    this.why = null;
    this.isOver = false;
    this.watch = setInterval(() => this.look(), WATCH_MS);
    this.connect();
    // Back on a network, nobody waits for the pause to end.
    window.addEventListener("online", () => this.connect());
  }

  connect() {
    clearTimeout(this.timer);
    if (this.isOver || this.socket) return;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.patienceEnds = performance.now() + SILENT_MS;
    socket.addEventListener("open", () => socket.send(JSON.stringify(this.entrance)));
    socket.addEventListener("message", ({ data }) => this.hear(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => this.closed(socket, code));
  }

  /** Say something to the gateway; return whether there was a line to say it over. */
  say(message) {
    const isThere = this.socket?.readyState === WebSocket.OPEN && this.isSeated;
    if (isThere) this.socket.send(JSON.stringify(message));
    return isThere;
  }

  /** Ask at once whether the line still carries, as when nothing comes from the other browser. */
  probe() {
    this.say({ do: "ping" });
    this.patienceEnds = Math.min(this.patienceEnds, performance.now() + PROBED_MS);
  }

  look() {
    const { socket } = this;
    if (!socket || performance.now() < this.patienceEnds) return;
    // A dead line does not answer the wish to close it either.
    socket.close();
    this.closed(socket, 0);
  }

  hear(answer) {
    this.patienceEnds = performance.now() + SILENT_MS;
    if (answer.is === "joined") {
      this.isSeated = true;
      this.pause = FIRST_PAUSE_MS;
      this.entrance = { do: "come_back", session: answer.session };
      this.listeners.changed(true);
    }
    if (answer.is === "ping") this.say({ do: "pong" });
    else if (answer.is === "over") this.why = answer.why;
    else this.listeners.take(answer);
  }

  closed(socket, code) {
    if (this.socket !== socket) return;
    this.socket = null;
    this.isSeated = false;
    if (this.isOver) return;
    if (FINAL.has(code)) {
      this.end();
      this.listeners.over(this.why ?? "gone");
      return;
    }
    this.why = null;
    this.listeners.changed(false);
    // Everybody of a meeting was cut off at once: they do not come back in the same moment.
    this.timer = setTimeout(() => this.connect(), this.pause * (0.5 + Math.random()));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  leave() {
    this.say({ do: "leave" });
    this.end();
  }

  end() {
    this.isOver = true;
    clearTimeout(this.timer);
    clearInterval(this.watch);
  }
}
