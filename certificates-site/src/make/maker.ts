// What the make page holds while it is open, and the way from one view to the next.
import type { Form } from "../format/forms.ts";
import { isInForceAt } from "../format/forms.ts";
import { element, named, show } from "../site/elements.ts";
import { frame } from "../site/frame.ts";
import type { Keeper } from "../site/store.ts";
import type { Home, Supply } from "../site/supply.ts";
import { type Texts, textsForReader } from "../site/texts.ts";
import { formsFrom, secondsNow } from "../site/trust.ts";
import { certificateView } from "./certificate.ts";
import { startView } from "./choosing.ts";
import { fillingView } from "./filling.ts";
import { type Kept, keptNow, SEALED, sealLater } from "./kept.ts";
import { prefilled } from "./prefilled.ts";

/** The page's state: what it trusts, where it keeps things, and what is shown. */
export class Maker {
  private showing: Kept | null = null;

  private constructor(
    readonly texts: Texts,
    readonly home: Home,
    readonly keeper: Keeper,
    private asked: Supply,
    private forms: ReadonlyMap<string, Form>,
  ) {}

  /** Open the page: at once with what is there, then with what the worker brings. */
  static async start(home: Home): Promise<void> {
    const texts = textsForReader();
    frame(texts, "make", home);
    named("view").replaceChildren(element("p", { "aria-live": "polite" }, texts.loading));
    const maker = new Maker(texts, home, await home.keeper(), await home.supply(), new Map());
    await maker.readForms();
    const wish = prefilled();
    const form = wish && maker.formOf(wish.form);
    if (form) await maker.fillIn(form, wish.values);
    else await maker.begin();
    if (!maker.supply.isConnected) return;
    for (const event of ["online", "focus"]) window.addEventListener(event, () => void maker.sealWhatIsNot());
    await maker.sealWhatIsNot();
  }

  /** Ask for the worker and the forms again, as after a first visit without a network. */
  async connect(): Promise<void> {
    this.asked = await this.home.supply();
    await this.readForms();
  }

  /** Who may be asked for seals and for what prints. */
  get supply(): Supply {
    return this.asked;
  }

  get hasForms(): boolean {
    return this.forms.size > 0;
  }

  /** The forms in force today, one version of each: the newest. */
  formsInForce(): Form[] {
    const now = secondsNow();
    const newest = new Map<string, Form>();
    for (const form of this.forms.values()) {
      const [name, version] = form.id.split("/");
      const known = newest.get(name!);
      if (isInForceAt(form, now) && Number(version) > Number(known?.id.split("/")[1] ?? 0)) newest.set(name!, form);
    }
    return [...newest.values()];
  }

  /** Return a form by its id, or the version in force of a name. */
  formOf(id: string): Form | undefined {
    return this.forms.get(id) ?? this.formsInForce().find((form) => form.id.startsWith(`${id}/`));
  }

  async begin(): Promise<void> {
    this.showing = null;
    show(await startView(this));
  }

  async fillIn(form: Form, values: Readonly<Record<string, string>> = {}): Promise<void> {
    this.showing = null;
    show(await fillingView(this, form, values));
  }

  async showCertificate(kept: Kept, { isKept }: { isKept: boolean }): Promise<void> {
    this.showing = kept;
    show(await certificateView(this, kept, { isKept }));
  }

  /** What to say where nothing is kept. */
  get keptNowhere(): string {
    return this.home.isFile ? this.texts.fileKeeps : this.texts.keptNowhere;
  }

  kept(): Promise<Kept[]> {
    return keptNow(this.keeper);
  }

  private async readForms(): Promise<void> {
    const found = await formsFrom(this.supply, this.keeper);
    if (found) this.forms = found.forms;
  }

  /** Ask for the seals that are missing, and show the one on the screen with its seal. */
  async sealWhatIsNot(): Promise<void> {
    const sealed = await sealLater(this.keeper, this.supply, this.showing);
    const shown = sealed.find((kept) => kept.id === this.showing?.id);
    if (!shown) return;
    const isKept = (await this.keeper.get("certificates", shown.id)) !== undefined;
    // Whoever has gone on since is not brought back.
    if (this.showing?.id !== shown.id) return;
    await this.showCertificate(shown, { isKept });
    document.dispatchEvent(new CustomEvent<Kept>(SEALED, { detail: shown }));
  }
}
