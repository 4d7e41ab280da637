// The view of a form to fill in: saved people, the fields, and the one button that makes the certificate.
import * as container from "../format/container.ts";
import * as declaration from "../format/declaration.ts";
import { Malformed } from "../format/errors.ts";
import { type Form, faultsOf, windowOf } from "../format/forms.ts";
import { element } from "../site/elements.ts";
import { warmUp } from "../site/qr.ts";
import { filled, worded } from "../site/texts.ts";
import { printBlank } from "./blank.ts";
import { declared, type Shown, showFaults, shownFields } from "./fields.ts";
import { type Kept, type Person, sealed } from "./kept.ts";
import type { Maker } from "./maker.ts";
import { blankButton } from "./saving.ts";

const AFTER_SHOWING_MS = 300;

export async function fillingView(maker: Maker, form: Form, values: Readonly<Record<string, string>>): Promise<HTMLElement> {
  const { texts } = maker;
  const shown = shownFields(form, texts);
  for (const { field, fill } of shown) if (values[field.name]) fill(values[field.name]!);
  const remember = element("input", { type: "checkbox", id: "remember" });
  const summary = element("p", { class: "fault", role: "alert" });
  const create = element("button", { type: "button", class: "primary" }, texts.create);
  const make = () => void made(maker, { form, shown, remember, summary, create });
  create.addEventListener("click", make);
  const fields = element("div", {}, ...shown.map(({ box }) => box));
  fields.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement && event.target.type !== "checkbox") make();
  });
  // While the form is filled in there is time.
  setTimeout(warmUp, AFTER_SHOWING_MS);
  return element("div", {},
    element("p", {}, element("button", { type: "button", class: "plain", onclick: () => void maker.begin() }, `← ${texts.back}`)),
    element("h1", {}, worded(form.title, texts)),
    element("p", { class: "lead" }, worded(form.statement, texts)),
    form.legal.length > 0 ? element("p", { class: "small" }, `${texts.legal} : ${form.legal.join(" · ")}`) : null,
    await savedPeople(maker, shown),
    fields,
    maker.keeper.isLasting ? element("div", { class: "choice" }, remember,
      element("label", { for: "remember" }, texts.remember, element("span", { class: "small" }, texts.rememberHelp))) : null,
    summary,
    element("p", { class: "row" }, create),
    byHand(maker, form),
  );
}

/** Return the way out for whoever has no phone at hand later, or would rather write. */
function byHand(maker: Maker, form: Form): HTMLElement {
  const { texts } = maker;
  return element("section", {}, element("h2", {}, texts.blank), element("p", {}, texts.blankHelp),
    element("p", { class: "row" },
      element("button", { type: "button", class: "secondary", onclick: () => printBlank(form, texts) }, texts.print),
      blankButton(maker, form)));
}

async function savedPeople(maker: Maker, shown: readonly Shown[]): Promise<HTMLElement | null> {
  const { texts, keeper } = maker;
  const people = await keeper.all<Person>("people");
  if (people.length === 0) return null;
  const list = element("ul", { class: "rows" });
  for (const person of people) {
    const fillIn = () => shown.forEach(({ field, fill }) => person.fields[field.name] && fill(person.fields[field.name]!));
    const row = element("li", {},
      element("button", { type: "button", class: "secondary", onclick: fillIn }, filled(texts.fillWith, person.name)),
      element("button", { type: "button", class: "plain", onclick: () => void keeper.remove("people", person.id).then(() => row.remove()) },
        filled(texts.forget, person.name)));
    list.append(row);
  }
  return element("section", {}, element("h2", {}, texts.savedPeople), list);
}

interface Filling {
  readonly form: Form;
  readonly shown: readonly Shown[];
  readonly remember: HTMLInputElement;
  readonly summary: HTMLElement;
  readonly create: HTMLButtonElement;
}

/** Make the certificate, or say what is missing. */
async function made(maker: Maker, { form, shown, remember, summary, create }: Filling): Promise<void> {
  const { texts } = maker;
  const content = declared(form, shown);
  const faults = faultsOf(content, form);
  showFaults(faults, shown, texts);
  summary.textContent = faults.length > 0 ? texts.errorTitle : "";
  if (faults.length > 0 || create.disabled) return;
  create.disabled = true;
  create.textContent = texts.creating;
  try {
    const data = declaration.encode(content);
    // A seal that comes later is put in later.
    const certificate = maker.supply.isAway ? { declaration: data, seal: null } : await sealed(data, maker.supply);
    const { begins, ends } = windowOf(content, form);
    const kept: Kept = { id: crypto.randomUUID(), text: container.toText(certificate), begins, ends };
    if (remember.checked) await rememberPerson(maker, shown);
    await maker.showCertificate(kept, { isKept: await maker.keeper.put("certificates", kept.id, kept) });
    // A slow network may bring it yet, or one that is back.
    if (!certificate.seal) await maker.sealWhatIsNot();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    summary.textContent = texts.tooMuch;
    create.disabled = false;
    create.textContent = texts.create;
  }
}

/** Keep who the person is, never when or why they went out. */
async function rememberPerson({ keeper }: Maker, shown: readonly Shown[]): Promise<void> {
  const who = shown.filter(({ field }) => field.key < declaration.KEY.leavingAt);
  const fields = Object.fromEntries(who.map(({ field, value }) => [field.name, String(value() ?? "")]));
  const name = [fields["given_name"], fields["family_name"]].filter(Boolean).join(" ");
  const known = (await keeper.all<Person>("people")).find((person) => person.name === name);
  const id = known?.id ?? crypto.randomUUID();
  await keeper.put("people", id, { id, name, fields } satisfies Person);
}
