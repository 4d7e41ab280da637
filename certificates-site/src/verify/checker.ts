// What the verify page holds while it is open: whom it trusts, and the way from a code to a verdict.
import { judge, type Trust } from "../format/verdicts.ts";
import { Diode } from "../site/diode.ts";
import { element, named, show } from "../site/elements.ts";
import { frame } from "../site/frame.ts";
import { openKeeper } from "../site/store.ts";
import { filled, type Texts, textsForReader } from "../site/texts.ts";
import { clockIsBehind, formsFrom, keysFrom, secondsNow } from "../site/trust.ts";
import { momentText } from "../site/times.ts";
import { Reader } from "./reading.ts";
import { scanningView } from "./scanning.ts";
import { verdictView } from "./verdict.ts";

/** The page's state. `trust` has no keys when no list ever came: a seal is then by an unknown key. */
export class Checker {
  private constructor(
    readonly texts: Texts,
    readonly reader: Reader,
    private readonly trust: Trust,
    private readonly hasKeys: boolean,
    private readonly isUnsound: boolean,
  ) {}

  static async start(): Promise<void> {
    const texts = textsForReader();
    frame(texts, { isChecking: true });
    named("view").replaceChildren(element("p", { "aria-live": "polite" }, texts.loading));
    const keeper = await openKeeper();
    const diode = await Diode.connect();
    const [keys, forms] = [await keysFrom(diode, keeper), await formsFrom(diode, keeper)];
    const nobody = { version: 0, issued: 0, expires: 0, keys: new Map() };
    const trust = { keys: keys ?? nobody, forms: forms?.forms ?? new Map() };
    const checker = new Checker(texts, await Reader.prepare(diode), trust, keys !== null, diode.isUnsound);
    checker.begin();
    await diode.keepGuide();
  }

  begin(): void {
    show(scanningView(this));
  }

  /** What the page knows of its keys, in one line. */
  knowledge(): HTMLElement {
    const { texts, trust } = this;
    if (!this.hasKeys) {
      return element("p", { class: "notice" }, this.isUnsound ? texts.unsound : clockIsBehind() ? texts.clockBehind : texts.noKeys);
    }
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const until = momentText(trust.keys.expires, zone, texts.language);
    return element("p", { class: "small" }, filled(texts.listUntil, trust.keys.version, until));
  }

  /** Judge the text of a code and show the verdict. */
  async check(text: string): Promise<void> {
    const now = secondsNow();
    show(verdictView(this, text, await judge(text, this.trust, now), now));
  }
}
