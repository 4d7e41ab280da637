// The guide for officers in the one file: the same text as the site's page, which the build put beside the scripts.
import { element, named, show } from "../site/elements.ts";
import { frame } from "../site/frame.ts";
import type { Home } from "../site/supply.ts";
import { textsForReader } from "../site/texts.ts";

/** Show the guide in the reader's language. */
export function showGuide(home: Home): void {
  const texts = textsForReader();
  frame(texts, "guide", home);
  const guide = named(`guide-${texts.language}`) as HTMLTemplateElement;
  show(element("div", { class: "is-guide" }, guide.content.cloneNode(true)));
}
