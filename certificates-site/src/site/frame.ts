// What stands around every page: its language, the way to the other page, what is never asked, the version.
import { element, named } from "./elements.ts";
import type { Home, PageName } from "./supply.ts";
import { choose, filled, otherLanguage, type Texts } from "./texts.ts";

/** Put the texts of the frame in their places. */
export function frame(texts: Texts, page: PageName, home: Home): void {
  document.documentElement.lang = texts.language;
  document.title = texts[page];
  named("skip").textContent = texts.skip;
  // In a frame without an address of its own, a link within the page would lead out of it.
  named("skip").onclick = (event) => {
    event.preventDefault();
    named("main").focus();
  };
  named("name").textContent = texts.name;
  const here = (is: PageName): Record<string, string> => (is === page ? { "aria-current": "page" } : {});
  const turn = () => {
    choose(otherLanguage(texts));
    home.again();
  };
  named("ways").replaceChildren(
    home.way("make", here("make"), texts.toMake),
    home.way("check", here("check"), texts.toCheck),
    element("button", { type: "button", class: "plain", lang: otherLanguage(texts), onclick: turn }, texts.other),
  );
  named("foot").replaceChildren(
    element("p", {}, texts.never),
    element("p", { class: "small" }, filled(texts.version, VERSION, BUILD), home.isFile ? null : " · ",
      home.isFile ? null : element("a", { href: "/licences.txt" }, texts.licences)),
  );
  if (!home.isFile) offerNewVersion(texts);
}

/** Say when another version waits. It takes over when asked, never in the middle of something. */
function offerNewVersion(texts: Texts): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.getRegistration().then((registration) => {
    const offer = () => {
      const waiting = registration?.waiting;
      if (!waiting || !navigator.serviceWorker.controller) return;
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      named("news").replaceChildren(
        element("p", { class: "notice" }, texts.newVersion, " ",
          element("button", { type: "button", class: "plain", onclick: () => waiting.postMessage("take over") }, texts.takeOver)),
      );
    };
    // The browser may have begun to install it before this page listened.
    const watch = () => registration?.installing?.addEventListener("statechange", offer);
    offer();
    watch();
    registration?.addEventListener("updatefound", watch);
  }, () => undefined);
}
