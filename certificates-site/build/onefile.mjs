// The site as one file for USB keys: both pages, what reads codes, what prints, the guide, the forms and the list of keys.
// The pages stand in a frame that may neither open windows nor lead elsewhere: the policy of the file that holds it forbids
// every address, for its frame too.
import { createHash } from "node:crypto";
import { filledIn } from "./pages.mjs";

const base64 = (data) => Buffer.from(data).toString("base64");
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** Return the file. `blocks` are bytes by name; `parts` are the texts of the templates and what is put into them. */
export function oneFile({ shell, page, style, shellStyle, script, icon, byHand, guides, blocks }) {
  if (/\r|<\/script|<!--/i.test(script)) throw new Error("the script cannot stand within a page as it is");
  const picture = `data:image/svg+xml;base64,${base64(icon)}`;
  const data = Object.entries(blocks).map(([name, bytes]) => `<script type="application/base64" id="block-${name}">${base64(bytes)}</script>`);
  const content = filledIn(page, { style, icon: picture, by_hand: byHand, guides, blocks: data.join("\n"), script });
  const policy = [
    "default-src 'none'", `script-src ${hash(script)} 'wasm-unsafe-eval'`, `style-src ${hash(style)} ${hash(shellStyle)}`,
    "img-src data: blob:", "media-src blob:", "connect-src 'none'", "form-action 'none'", "base-uri 'none'",
    "require-trusted-types-for 'script'", "trusted-types 'none'",
  ].join("; ");
  return Buffer.from(filledIn(shell, { policy, style: shellStyle, icon: picture, content: quoted(content) }));
}
