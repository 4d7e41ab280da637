// The first view: which certificate, those that are kept, and what remains on this phone.
import * as container from "../format/container.ts";
import * as declaration from "../format/declaration.ts";
import { element, named } from "../site/elements.ts";
import { filled, worded } from "../site/texts.ts";
import { timeText } from "../site/times.ts";
import { clockIsBehind, secondsNow } from "../site/trust.ts";
import type { Kept } from "./kept.ts";
import type { Maker } from "./maker.ts";

export async function startView(maker: Maker): Promise<HTMLElement> {
  const { texts } = maker;
  return element("div", {},
    element("h1", {}, texts.make),
    element("p", { class: "lead" }, maker.home.isFile ? texts.nothingLeavesFile : texts.nothingLeaves),
    maker.keeper.isLasting ? null : element("p", { class: "notice" }, maker.keptNowhere),
    maker.hasForms ? forms(maker) : noForms(maker),
    await keptList(maker),
    maker.home.isFile ? null : element("p", { class: "small" }, element("a", { href: `/file-${texts.language}.html` }, texts.fileOffer)),
  );
}

function forms(maker: Maker): HTMLElement {
  const { texts } = maker;
  const inForce = maker.formsInForce();
  if (inForce.length === 0) {
    return element("section", { class: "empty" }, element("h2", {}, texts.noneInForce), element("p", {}, texts.noneInForceHelp));
  }
  return element("section", {}, element("h2", {}, texts.chooseForm),
    element("ul", { class: "cards" }, ...inForce.map((form) => element("li", { class: "card" },
      element("button", { type: "button", class: "whole", onclick: () => void maker.fillIn(form) }, worded(form.title, texts)),
      form.legal.length > 0 ? element("p", { class: "small" }, form.legal.join(" · ")) : null))));
}

function noForms(maker: Maker): HTMLElement {
  const { texts } = maker;
  const again = async () => {
    await maker.connect();
    await maker.begin();
  };
  return element("section", { class: "empty" },
    element("h2", {}, texts.noForms),
    element("p", {}, whyNoForms(maker)),
    element("p", { class: "row" },
      element("button", { type: "button", onclick: () => void again() }, texts.again),
      element("a", { href: `/blank-${texts.language}.html` }, texts.blank)));
}

function whyNoForms({ texts, supply }: Maker): string {
  if (supply.isUnsound) return texts.unsound;
  if (clockIsBehind()) return texts.clockBehind;
  return supply.isConnected ? texts.noFormsHelp : texts.notAllowed;
}

async function keptList(maker: Maker): Promise<HTMLElement | null> {
  const { texts } = maker;
  const kept = await maker.kept();
  const people = await maker.keeper.all("people");
  if (kept.length === 0 && people.length === 0) return null;
  return element("section", {},
    kept.length > 0 ? element("h2", {}, texts.kept) : null,
    kept.length > 0 ? element("p", { class: "small" }, texts.keptHelp) : null,
    element("ul", { class: "rows" }, ...kept.map((each) => keptRow(maker, each))),
    element("p", {}, element("button", { type: "button", class: "secondary", onclick: () => void eraseAll(maker) }, texts.eraseAll)));
}

function keptRow(maker: Maker, kept: Kept): HTMLElement {
  const { texts } = maker;
  const certificate = container.fromText(kept.text);
  const declared = declaration.decode(certificate.declaration);
  const form = maker.formOf(declared.form);
  const zone = form?.zone ?? "UTC";
  const who = [declaration.KEY.givenName, declaration.KEY.familyName].map((key) => declared.values.get(key)).filter(Boolean).join(" ");
  const state = kept.ends <= secondsNow() ? texts.over : certificate.seal ? texts.sealed : texts.notSealed;
  return element("li", {},
    element("button", { type: "button", class: "whole", onclick: () => void maker.showCertificate(kept, { isKept: true }) },
      `${who || (form ? worded(form.title, texts) : declared.form)}, ${timeText(declaration.leavingAt(declared), zone, texts.language)}`),
    element("span", { class: "badge" }, state));
}

async function eraseAll(maker: Maker): Promise<void> {
  if (!confirm(maker.texts.eraseAllSure)) return;
  await maker.keeper.clear();
  await maker.begin();
  named("news").replaceChildren(element("p", { class: "notice", role: "status" }, filled(maker.texts.erased)));
}
