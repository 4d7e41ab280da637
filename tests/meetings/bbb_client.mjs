// Goes through a meeting with npm's bigbluebutton-js, and prints what was answered: node bbb_client.mjs ADDRESS SECRET
import bbb from "bigbluebutton-js";

const [address, secret] = process.argv.slice(2);
const api = bbb.api(address, secret);
const told = {};
told.none = await bbb.http(api.monitoring.getMeetings());
told.created = await bbb.http(api.administration.create("Maths à 10 h", "js 1", { moderatorPW: "mp", attendeePW: "ap", duration: 2 }));
told.joined = await bbb.http(api.administration.join("Zoé Müller", "js 1", "mp", { redirect: false }));
told.running = await bbb.http(api.monitoring.isMeetingRunning("js 1"));
told.info = await bbb.http(api.monitoring.getMeetingInfo("js 1"));
told.meetings = await bbb.http(api.monitoring.getMeetings());
told.recordings = await bbb.http(api.recording.getRecordings({}));
told.hook = await bbb.http(api.hooks.create("https://example.org/hook", {}));
told.hooks = await bbb.http(api.hooks.list());
told.destroyed = await bbb.http(api.hooks.destroy(told.hook.hookID));
told.ended = await bbb.http(api.administration.end("js 1", "mp"));
told.gone = await bbb.http(api.monitoring.getMeetingInfo("js 1"));
console.log(JSON.stringify(told));
