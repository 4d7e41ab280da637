// What stands around every page: its language, the way to the other page, what is never asked, the version.
import { element, named } from "./elements.ts";
import { choose, filled, otherLanguage, type Texts } from "./texts.ts";

/** Put the texts of the frame in their places. */
export function frame(texts: Texts, { isChecking }: { isChecking: boolean }): void {
  document.documentElement.lang = texts.language;
  document.title = isChecking ? texts.check : texts.make;
  named("skip").textContent = texts.skip;
  named("name").textContent = texts.name;
  const here = (is: boolean) => (is ? { "aria-current": "page" } : {});
  named("ways").replaceChildren(
    element("a", { href: "/", ...here(!isChecking) }, texts.toMake),
    element("a", { href: "/verify/", ...here(isChecking) }, texts.toCheck),
    element("button", { type: "button", class: "plain", lang: otherLanguage(texts), onclick: () => turnTo(otherLanguage(texts)) }, texts.other),
  );
  named("foot").replaceChildren(
    element("p", {}, texts.never),
    element("p", { class: "small" }, filled(texts.version, VERSION, BUILD)),
  );
  offerNewVersion(texts);
}

function turnTo(language: string): void {
  choose(language);
  location.reload();
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
    offer();
    registration?.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  }, () => undefined);
}
