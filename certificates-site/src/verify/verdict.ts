// The verdict: by shape, word and colour, with both times and the phone's own; nothing of what was altered.
import { leavingAt } from "../format/declaration.ts";
import { KEY } from "../format/declaration.ts";
import { windowOf } from "../format/forms.ts";
import { colourOf, type Finding } from "../format/verdicts.ts";
import { fieldList, hasHidden } from "../site/declared.ts";
import { element } from "../site/elements.ts";
import { filled, type Texts, worded } from "../site/texts.ts";
import { momentText, timeText } from "../site/times.ts";
import { visible } from "../site/visible.ts";
import type { Checker } from "./checker.ts";

const SHAPES = { green: "shape-check", amber: "shape-open", red: "shape-cross", grey: "shape-dash" };
const OLD_2020 = /^Cree le: /;
const MOST_OLD_CHARACTERS = 1_000;

export function verdictView(checker: Checker, text: string, finding: Finding, now: number): HTMLElement {
  const { texts } = checker;
  const colour = colourOf(finding.verdict);
  return element("article", { class: `verdict is-${colour}` },
    element("div", { class: "banner" },
      element("span", { class: `shape ${SHAPES[colour]}`, "aria-hidden": "true" }),
      element("h1", {}, texts[`verdict_${finding.verdict}`])),
    element("p", { class: "lead" }, explained(finding, texts)),
    finding.remarks.has("seal_demanded") ? element("p", { class: "notice" }, texts.demanded) : null,
    finding.verdict === "not_ours" ? oldCertificate(text, texts) : null,
    content(finding, now, texts),
    element("p", { class: "row" },
      element("button", { type: "button", class: "primary", onclick: () => checker.begin() }, texts.checkNext)),
    checker.knowledge());
}

function explained(finding: Finding, texts: Texts): string {
  const said = texts[`says_${finding.verdict}`];
  if (finding.verdict !== "sealed_late" || !finding.declared || finding.sealedAt === null) return said;
  const zone = finding.form?.zone ?? "UTC";
  return filled(said, ...[finding.sealedAt, leavingAt(finding.declared)].map((at) => timeText(at, zone, texts.language)));
}

function content({ declared, form, sealedAt }: Finding, now: number, texts: Texts): HTMLElement | null {
  if (!declared) return null;
  const zone = form?.zone ?? "UTC";
  const moment = (at: number) => momentText(at, zone, texts.language);
  const times = element("dl", { class: "facts" });
  const add = (label: string, value: string) => times.append(element("div", {}, element("dt", {}, label), element("dd", {}, value)));
  add(texts.sealAt, sealedAt === null ? texts.notSealed : moment(sealedAt));
  const createdAt = declared.values.get(KEY.createdAt);
  if (typeof createdAt === "number") add(texts.createdAt, moment(createdAt));
  if (form) {
    const { begins, ends } = windowOf(declared, form);
    add(texts.window, filled(texts.servesFrom, moment(begins), moment(ends)));
  }
  add(texts.clockHere, moment(now));
  add(texts.form, form ? `${worded(form.title, texts)} (${form.id})` : visible(declared.form));
  return element("div", {},
    fieldList(declared, form, texts),
    times,
    hasHidden(declared) ? element("p", { class: "notice" }, texts.hiddenMarks) : null,
    element("p", {}, texts.comparePerson));
}

/** A certificate of 2020 is plain text; it is shown as that. */
function oldCertificate(text: string, texts: Texts): HTMLElement | null {
  if (!OLD_2020.test(text) || text.length > MOST_OLD_CHARACTERS) return null;
  return element("section", {}, element("p", {}, texts.old2020),
    element("ul", {}, ...text.split(";").map((line) => line.trim()).filter(Boolean).map((line) => element("li", {}, visible(line)))));
}
