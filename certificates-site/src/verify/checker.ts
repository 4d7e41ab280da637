// What the verify page holds while it is open: whom it trusts, and the way from a code to a verdict.
import { judge, type Trust } from "../format/verdicts.ts";
import { element, named, show } from "../site/elements.ts";
import { frame } from "../site/frame.ts";
import type { Keeper } from "../site/store.ts";
import type { Home, Supply } from "../site/supply.ts";
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
    private readonly home: Home,
    private readonly supply: Supply,
    private readonly keeper: Keeper,
  ) {}

  static async start(home: Home): Promise<void> {
    const texts = textsForReader();
    frame(texts, "check", home);
    named("view").replaceChildren(element("p", { "aria-live": "polite" }, texts.loading));
    const keeper = await home.keeper();
    const supply = await home.supply();
    const [keys, forms] = [await keysFrom(supply, keeper), await formsFrom(supply, keeper)];
    const nobody = { version: 0, issued: 0, expires: 0, keys: new Map() };
    const trust = { keys: keys ?? nobody, forms: forms?.forms ?? new Map() };
    const checker = new Checker(texts, await Reader.prepare(supply), trust, keys !== null, home, supply, keeper);
    checker.begin();
    await supply.keepGuide?.();
  }

  begin(): void {
    show(scanningView(this));
  }

  /** Browsers give no camera to a frame without an address of its own. */
  get hasCamera(): boolean {
    return !this.home.isFile;
  }

  /** Return the way to the guide for officers. */
  guide(): HTMLElement {
    return this.home.way("guide", {}, this.texts.guide);
  }

  /** What the page knows of its keys, in one line. */
  knowledge(): HTMLElement {
    const { texts, trust } = this;
    if (!this.hasKeys) {
      return element("p", { class: "notice" }, this.supply.isUnsound ? texts.unsound : clockIsBehind() ? texts.clockBehind : texts.noKeys);
    }
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const until = momentText(trust.keys.expires, zone, texts.language);
    return element("p", { class: "small" }, filled(texts.listUntil, trust.keys.version, until));
  }

  /** Where nobody can be asked, return the place for a newer list, which comes as a file too. */
  renewal(): HTMLElement | null {
    const { texts, supply } = this;
    if (!supply.renew) return null;
    const said = element("p", { class: "fault", role: "alert" });
    const input = element("input", { type: "file", id: "newer-keys" });
    input.addEventListener("change", async () => {
      const [file] = Array.from(input.files ?? []);
      if (!file) return;
      supply.renew!(new Uint8Array(await file.arrayBuffer()));
      const found = await keysFrom(supply, this.keeper);
      if (found && found.version > this.trust.keys.version) this.home.again();
      else said.textContent = texts.notNewer;
    });
    return element("div", { class: "field" }, element("label", { for: "newer-keys" }, texts.newerKeys,
      element("span", { class: "small" }, texts.newerKeysHelp)), input, said);
  }

  /** Judge the text of a code and show the verdict. */
  async check(text: string): Promise<void> {
    const now = secondsNow();
    show(verdictView(this, text, await judge(text, this.trust, now), now));
  }
}
