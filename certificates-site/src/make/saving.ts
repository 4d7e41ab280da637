// PDF for whoever keeps or prints it, made on this phone. What makes it is large, and comes when it is asked for first.
import * as container from "../format/container.ts";
import * as declaration from "../format/declaration.ts";
import type { Form } from "../format/forms.ts";
import type { Printer } from "../paper/index.ts";
import { element } from "../site/elements.ts";
import { filled, type Texts } from "../site/texts.ts";
import type { Kept } from "./kept.ts";
import type { Maker } from "./maker.ts";

const LONG_ENOUGH_MS = 60_000;

/** Return the button that saves a certificate. */
export function saveButton(maker: Maker, kept: Kept, form: Form): HTMLElement {
  const { texts } = maker;
  const save = async (printer: Printer) =>
    download(await printer.certificate(kept.text, form, texts.language, version(texts)), nameOf(kept, form, texts));
  return button(maker, texts.savePdf, save);
}

/** Return the button that saves a form to fill in by hand. */
export function blankButton(maker: Maker, form: Form): HTMLElement {
  const { texts } = maker;
  const save = async (printer: Printer) =>
    download(await printer.blank(form, texts.language, version(texts)), `${texts.fileBlank}-${form.id.replace("/", "-")}.pdf`);
  return button(maker, texts.savePdf, save);
}

function button(maker: Maker, label: string, save: (printer: Printer) => Promise<void>): HTMLElement {
  const { texts } = maker;
  const said = element("span", { class: "fault", role: "status" });
  const press = element("button", { type: "button", class: "secondary" }, label);
  press.addEventListener("click", async () => {
    if (press.getAttribute("aria-busy") === "true") return;
    press.setAttribute("aria-busy", "true");
    press.textContent = texts.makingPdf;
    said.textContent = "";
    try {
      const printer = await maker.supply.printer();
      if (printer) await save(printer);
      else said.textContent = texts.noPdf;
    } catch (error) {
      console.error("The PDF could not be made.", error);
      said.textContent = texts.noPdf;
    } finally {
      press.removeAttribute("aria-busy");
      press.textContent = label;
    }
  });
  return element("span", { class: "saving" }, press, said);
}

/** Name the file by the time of leaving and by whether it is sealed, never by the person: files lie about. */
function nameOf({ text }: Kept, form: Form, texts: Texts): string {
  const { declaration: data, seal } = container.fromText(text);
  const at = declaration.leavingAt(declaration.decode(data)) * 1000;
  const when = new Intl.DateTimeFormat("sv-SE", { timeZone: form.zone, dateStyle: "short", timeStyle: "short" }).format(at);
  return `${seal ? texts.fileSealed : texts.fileUnsealed}-${when.replace(" ", "_").replace(":", "-")}.pdf`;
}

function version(texts: Texts): string {
  return filled(texts.version, VERSION, BUILD);
}

function download(pdf: Blob, name: string): void {
  const address = URL.createObjectURL(pdf);
  element("a", { href: address, download: name }).click();
  // The browser reads it after this click; it says nowhere when it is done.
  setTimeout(() => URL.revokeObjectURL(address), LONG_ENOUGH_MS);
}
