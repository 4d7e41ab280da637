// The view of one certificate: its state as shape, word and colour; the code; all that is in it, large; both times.
import * as container from "../format/container.ts";
import * as declaration from "../format/declaration.ts";
import { type Form, windowOf } from "../format/forms.ts";
import { CLOCK_SLACK_SECONDS } from "../format/verdicts.ts";
import { fieldList } from "../site/declared.ts";
import { element } from "../site/elements.ts";
import { qrCode } from "../site/qr.ts";
import { filled, type Texts, worded } from "../site/texts.ts";
import { momentText, timeText } from "../site/times.ts";
import { type Kept, SEALED } from "./kept.ts";
import type { Maker } from "./maker.ts";
import { peopleText } from "./people.ts";
import { saveButton } from "./saving.ts";

export async function certificateView(maker: Maker, kept: Kept, { isKept }: { isKept: boolean }): Promise<HTMLElement> {
  const { texts } = maker;
  const { seal, declaration: data } = container.fromText(kept.text);
  const declared = declaration.decode(data);
  const form = maker.formOf(declared.form) ?? null;
  const zone = form?.zone ?? "UTC";
  const state = seal ? filled(texts.sealedAt, timeText(seal.sealedAt, zone, texts.language)) : texts.notSealed;
  return element("article", { class: seal ? "certificate is-sealed" : "certificate is-unsealed" },
    element("h1", {}, form ? worded(form.title, texts) : declared.form),
    element("p", { class: "state" }, element("span", { class: seal ? "shape shape-check" : "shape shape-open", "aria-hidden": "true" }), state),
    seal ? null : element("p", {}, maker.supply.isConnected ? texts.notSealedHelp : texts.neverSealed),
    isKept && maker.keeper.isLasting ? null : element("p", { class: "notice" }, maker.keeper.isLasting ? texts.noSpace : maker.keptNowhere),
    seal && isAhead(declared, seal.sealedAt) ? element("p", { class: "notice" }, texts.clockAhead) : null,
    element("figure", { class: "code" }, qrCode(kept.text, { level: "M", label: texts.codeLabel })),
    element("p", { class: "row screen-only" }, showLarge(kept, texts), showInPrint(declared, form, state, texts),
      form ? saveButton(maker, kept, form) : null,
      element("button", { type: "button", class: "secondary", onclick: () => window.print() }, texts.print)),
    form ? element("p", {}, worded(form.statement, texts)) : null,
    fieldList(declared, form, texts),
    times(declared, form, seal?.sealedAt ?? null, texts),
    paperCode(kept.text, texts),
    element("p", { class: "row screen-only" },
      form ? element("button", { type: "button", class: "secondary", onclick: () => void again(maker, form, declared) }, texts.sameAgain) : null,
      element("button", { type: "button", class: "secondary", onclick: () => void maker.begin() }, texts.another)),
  );
}

/** Return the code for paper. It is drawn once the one for the screen is there: somebody waits for that one. */
function paperCode(text: string, texts: Texts): HTMLElement {
  const figure = element("figure", { class: "code paper-only" });
  requestAnimationFrame(() => setTimeout(() => figure.append(qrCode(text, { level: "Q", label: texts.codeLabel }))));
  return figure;
}

function times(declared: declaration.Declaration, form: Form | null, sealedAt: number | null, texts: Texts): HTMLElement {
  const zone = form?.zone ?? "UTC";
  const list = element("dl", { class: "facts" });
  const add = (label: string, value: string) => list.append(element("div", {}, element("dt", {}, label), element("dd", {}, value)));
  const createdAt = declared.values.get(declaration.KEY.createdAt);
  if (typeof createdAt === "number") add(texts.createdAt, momentText(createdAt, zone, texts.language));
  add(texts.sealAt, sealedAt === null ? texts.notSealed : momentText(sealedAt, zone, texts.language));
  if (form) {
    const { begins, ends } = windowOf(declared, form);
    const [from, to] = [begins, ends].map((at) => momentText(at, zone, texts.language));
    add(texts.window, filled(texts.servesFrom, from!, to!));
  }
  return list;
}

/** Tell whether the phone said that it made this after the server saw it, by more than clocks differ. */
function isAhead(declared: declaration.Declaration, sealedAt: number): boolean {
  const createdAt = declared.values.get(declaration.KEY.createdAt);
  return typeof createdAt === "number" && createdAt > sealedAt + CLOCK_SLACK_SECONDS;
}

/** Return the button that shows the code alone on the whole screen, kept awake, blurred until it is touched. */
function showLarge({ id, text }: Kept, texts: Texts): HTMLElement {
  const open = async () => {
    const drawn = (said: string) => qrCode(said, { level: "M", label: texts.codeLabel });
    const code = element("button", { type: "button", class: "code is-hidden", "aria-label": texts.tapToShow });
    code.append(drawn(text), element("span", { class: "tap" }, texts.tapToShow));
    const redraw = (event: Event) => {
      const { detail } = event as CustomEvent<Kept>;
      if (detail.id === id) code.querySelector("svg")!.replaceWith(drawn(detail.text));
    };
    document.addEventListener(SEALED, redraw);
    code.addEventListener("click", () => code.classList.toggle("is-hidden"));
    const awake = await navigator.wakeLock?.request("screen").catch(() => null);
    wholeScreen(texts.codeLabel, texts, code).addEventListener("close", () => {
      document.removeEventListener(SEALED, redraw);
      void awake?.release();
    });
  };
  return element("button", { type: "button", class: "primary", onclick: () => void open() }, texts.showCode);
}

/** Return the button that shows what the code says in large print, to be read from a metre away: nobody needs to scan. */
function showInPrint(declared: declaration.Declaration, form: Form | null, state: string, texts: Texts): HTMLElement {
  const open = () => wholeScreen(texts.largePrint, texts, element("div", { class: "print" },
    element("h2", {}, form ? worded(form.title, texts) : declared.form),
    element("p", {}, element("strong", {}, state)),
    fieldList(declared, form, texts)));
  return element("button", { type: "button", class: "secondary", onclick: open }, texts.largePrint);
}

/** Show something on the whole screen until it is closed. */
function wholeScreen(label: string, texts: Texts, content: HTMLElement): HTMLDialogElement {
  const dialog = element("dialog", { class: "large", "aria-label": label }, content,
    element("button", { type: "button", class: "secondary", onclick: () => dialog.close() }, texts.hideCode));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Fill the same form in with all but the times. */
function again(maker: Maker, form: Form, declared: declaration.Declaration): Promise<void> {
  const values: Record<string, string> = {};
  for (const field of form.fields) {
    const value = declared.values.get(field.key);
    if (field.kind === "time" || value === undefined) continue;
    if (field.kind === "people") values[field.name] = peopleText(value as declaration.Person[]);
    else values[field.name] = Array.isArray(value) ? value.join(",") : String(value);
  }
  return maker.fillIn(form, values);
}
