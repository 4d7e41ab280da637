// What a gateway and an insider can do to those who agree on keys, and what comes of it: prints one JSON object.
import { written } from "../../entraide/meetings/scripts/link.js";
import { Meeting, until } from "./gathered.mjs";

const told = {};
const meeting = new Meeting();
const [ada, bo, insider] = [await meeting.enter("ada"), await meeting.enter("bo"), await meeting.enter("insider")];
await until(() => meeting.allRead(), "all read all");

// A gateway brings the same words again, and again after the one who wrote them showed themselves anew.
void ada.sealing.say("once");
await until(() => bo.said.length, "Bo reads it");
const words = meeting.passed.filter(({ what, to }) => what === "said" && to === "bo");
const hellos = meeting.passed.filter(({ from, to, data }) => from === "ada" && to === "bo" && data.hello);
for (const message of [...words, ...hellos, ...words]) await meeting.bring(message);
meeting.leave("ada");
meeting.room.set("ada", ada);
for (const message of [...hellos, ...words]) await meeting.bring(message);
told.heard = bo.said.length;

// An insider gives another key to the number that Ada uses, and more of them than anybody keeps.
await ada.sealing.greet("ada", ["bo", "insider"]);
await until(() => meeting.allRead(), "Ada is back");
const { key } = bo.knows.get(ada.uses);
const forged = [ada.uses, 1, 2, 3, 4, 5].map((number) => ({ number, key: written(crypto.getRandomValues(new Uint8Array(32))) }));
await insider.sealing.next(async () => {
  const { between } = insider.sealing.peers.get("bo");
  insider.sealing.send("keys", { bo: { box: await between.closed({ keys: forged.slice(1) }) } });
  insider.sealing.send("keys", { bo: { box: await between.closed({ keys: forged }) } });
});
await until(() => bo.knows.get(5)?.who === "insider", "the insider is heard");
await bo.sealing.next(() => undefined);
told.isAdaStillRead = bo.knows.get(ada.uses)?.key === key;
told.insiderHas = [...bo.knows.values()].filter(({ who }) => who === "insider").length;

// One is cut off and says nothing, while others leave one after the other: the next key waits for none of them.
const crowd = [];
for (let number = 0; number < 8; number += 1) crowd.push(await meeting.enter(`crowd-${number}`));
await until(() => meeting.allRead(), "the crowd reads all");
meeting.mute.add("bo");
const before = ada.uses;
let changedAfter = 0;
for (const { id } of crowd) {
  meeting.leave(id);
  if (ada.uses === before) changedAfter += 1;
  await new Promise((resolve) => setTimeout(resolve, 600));
}
told.leftBeforeTheKeyChanged = changedAfter;
await until(() => ada.uses !== before && !crowd.some(({ knows }) => knows.has(ada.uses)), "a key that none of them has");

console.log(JSON.stringify(told));
process.exit();
