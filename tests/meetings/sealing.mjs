// Has so many browsers agree on keys over a gateway that passes everything on, and prints what came of it:
// node sealing.mjs PEOPLE BURST PER_SECOND, the last two being what a gateway takes of one browser. One of them has another
// link, one loads their page again, one leaves.
import { Sealing } from "../../entraide/meetings/scripts/sealing.js";

const [size, burst, perSecond] = process.argv.slice(2).map(Number);
const link = crypto.getRandomValues(new Uint8Array(32));
const room = new Map();
let longest = 0;
let tooFast = 0;

async function enter(id, secret) {
  const said = [];
  const knows = new Map();
  const person = { id, said, knows, uses: 0, may: burst, at: performance.now() };
  person.sealing = new Sealing(secret, {
    pass: (what, to) => {
      const now = performance.now();
      person.may = Math.min(burst, person.may + ((now - person.at) / 1000) * perSecond) - 1;
      person.at = now;
      if (person.may < 0) tooFast += 1;
      longest = Math.max(longest, JSON.stringify({ do: "sealed", what, to }).length);
      for (const [each, data] of Object.entries(to)) {
        if (room.get(id) === person) setImmediate(() => void room.get(each)?.sealing.take(what, id, structuredClone(data)));
      }
    },
    use: (number) => (person.uses = number),
    know: (number) => knows.set(number, true),
    forget: (numbers) => numbers.forEach((number) => knows.delete(number)),
    said: (from, text) => said.push([from, text]),
    changed: () => undefined,
    isThere: (each) => room.has(each),
  });
  await person.sealing.begin();
  const others = [...room.keys()].filter((each) => each !== id);
  room.set(id, person);
  void person.sealing.greet(id, others);
  return person;
}

async function until(holds, what) {
  const ends = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > ends) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const honest = () => [...room.values()].filter(({ id }) => id !== "stranger");
const allRead = () => honest().every((one) => honest().every((other) => one === other || one.knows.has(other.uses)));
const told = { size };

for (let number = 0; number < size; number += 1) await enter(`person-${number}`, link);
const stranger = await enter("stranger", crypto.getRandomValues(new Uint8Array(32)));
await until(allRead, "all read all");
await until(() => stranger.sealing.canRead("person-0") === false, "a stranger finds out");
told.stranger = { knows: stranger.knows.size, isKnownAs: room.get("person-0").sealing.canRead("stranger") };

await enter("person-1", link);
await until(allRead, "whoever loads their page again reads all");

const left = room.get("person-2");
const before = new Map(honest().map(({ id, uses }) => [id, uses]));
room.delete("person-2");
for (const { sealing } of room.values()) sealing.leave("person-2");
await until(() => honest().every(({ id, uses }) => uses !== before.get(id)), "everybody takes another key");
await until(allRead, "all read all again");
told.leftKnows = honest().filter(({ uses }) => left.knows.has(uses)).length;

void room.get("person-0").sealing.say("only for those with the link");
await until(() => honest().every(({ id, said }) => id === "person-0" || said.length), "everybody reads it");
told.said = honest().flatMap(({ said }) => said).length;
told.strangerRead = stranger.said.length + left.said.length;
told.longest = longest;
told.tooFast = tooFast;
for (const { sealing } of [...room.values(), left]) sealing.end();
console.log(JSON.stringify(told));
process.exit();
