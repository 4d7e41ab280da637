// Has so many browsers agree on keys, and prints what came of it: node sealing.mjs PEOPLE BURST PER_SECOND, the last two
// being what a gateway takes of one browser. One of them has another link, one loads their page again, one leaves.
import { Meeting, until } from "./gathered.mjs";

const [size, burst, perSecond] = process.argv.slice(2).map(Number);
const meeting = new Meeting({ burst, perSecond });
const { room } = meeting;
const told = { size };

for (let number = 0; number < size; number += 1) await meeting.enter(`person-${number}`);
const stranger = await meeting.enter("stranger", crypto.getRandomValues(new Uint8Array(32)));
await until(() => meeting.allRead(), "all read all");
await until(() => stranger.sealing.canRead("person-0") === false, "a stranger finds out");
told.stranger = { knows: stranger.knows.size, isKnownAs: room.get("person-0").sealing.canRead("stranger") };

await meeting.enter("person-1");
await until(() => meeting.allRead(), "whoever loads their page again reads all");

const before = new Map(meeting.honest().map(({ id, uses }) => [id, uses]));
meeting.passed.length = 0;
const left = meeting.leave("person-2");
await until(() => meeting.honest().every(({ id, uses }) => uses !== before.get(id)), "everybody takes another key");
await until(() => meeting.allRead(), "all read all again");
// Neither do they know the keys, nor was anything sent to them that they could open.
told.leftKnows = meeting.honest().filter(({ uses }) => left.knows.has(uses)).length;
told.leftGets = meeting.passed.filter(({ to }) => to === "person-2").length;

// What was used before is of no use any more.
await until(() => meeting.honest().every(({ knows }) => [...before.values()].every((number) => !knows.has(number))), "former keys are forgotten");

const text = "Rendez-vous à midi, écrit en 2000 lettres. ".repeat(50).slice(0, 2000);
void room.get("person-0").sealing.say(text);
await until(() => meeting.honest().every(({ id, said }) => id === "person-0" || said.length), "everybody reads it");
told.said = meeting.honest().flatMap(({ said }) => said).filter(([from, words]) => from === "person-0" && words === text).length;
told.strangerRead = stranger.said.length + left.said.length;
told.longest = meeting.longest;
told.tooFast = meeting.tooFast;
for (const { sealing } of [...room.values(), left]) sealing.end();
console.log(JSON.stringify(told));
process.exit();
