// Browsers of one meeting that agree on keys over a gateway that passes everything on, which the test may read and repeat.
import { Sealing } from "../../entraide/meetings/scripts/sealing.js";

export class Meeting {
  /** `burst` and `perSecond` are what a gateway takes of one browser. */
  constructor({ burst = Infinity, perSecond = Infinity } = {}) {
    this.link = crypto.getRandomValues(new Uint8Array(32));
    this.limits = { burst, perSecond };
    this.room = new Map();
    this.passed = [];
    this.longest = 0;
    this.tooFast = 0;
    // Of whom the gateway passes nothing on.
    this.mute = new Set();
  }

  async enter(id, secret = this.link) {
    const { burst, perSecond } = this.limits;
    const said = [];
    const knows = new Map();
    const person = { id, said, knows, uses: 0, may: burst, at: performance.now() };
    person.sealing = new Sealing(secret, {
      pass: (what, to) => {
        const now = performance.now();
        person.may = Math.min(burst, person.may + ((now - person.at) / 1000) * perSecond) - 1;
        person.at = now;
        if (person.may < 0) this.tooFast += 1;
        this.longest = Math.max(this.longest, JSON.stringify({ do: "sealed", what, to }).length);
        for (const [each, data] of Object.entries(to)) this.carry(person, { what, from: id, to: each, data });
      },
      use: (number) => (person.uses = number),
      know: (who, number, key) => knows.set(number, { who, key }),
      forget: (numbers) => numbers.forEach((number) => knows.delete(number)),
      said: (from, text) => said.push([from, text]),
      changed: () => undefined,
      isThere: (each) => this.room.has(each),
    });
    await person.sealing.begin();
    const others = [...this.room.keys()].filter((each) => each !== id);
    this.room.set(id, person);
    void person.sealing.greet(id, others);
    return person;
  }

  carry(person, message) {
    this.passed.push(message);
    if (this.room.get(message.from) === person && !this.mute.has(message.from)) setImmediate(() => void this.bring(message));
  }

  /** Give a message to whom it is for, the first time or once more. */
  bring({ what, from, to, data }) {
    return this.room.get(to)?.sealing.take(what, from, structuredClone(data));
  }

  leave(id) {
    const left = this.room.get(id);
    this.room.delete(id);
    for (const { sealing } of this.room.values()) sealing.leave(id);
    return left;
  }

  /** Those who have the link of the meeting. */
  honest() {
    return [...this.room.values()].filter(({ id }) => id !== "stranger");
  }

  allRead() {
    return this.honest().every((one) => this.honest().every((other) => one === other || one.knows.get(other.uses)?.who === other.id));
  }
}

export async function until(holds, what) {
  const ends = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > ends) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
