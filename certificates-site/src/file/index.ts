// Both pages and the guide in one document, which is carried about on a key: no network, nothing kept, no addresses to go to.
import { Maker } from "../make/maker.ts";
import { element } from "../site/elements.ts";
import { guard } from "../site/guards.ts";
import { Passing } from "../site/store.ts";
import type { Home, PageName } from "../site/supply.ts";
import { Checker } from "../verify/checker.ts";
import { Enclosed } from "./enclosed.ts";
import { showGuide } from "./guide.ts";

const enclosed = new Enclosed();
// Whoever uses a computer next sees nothing of whoever used it before: all is gone when the file is closed.
const keeper = new Passing();
let page: PageName = "make";

const FILE: Home = {
  isFile: true,
  keeper: async () => keeper,
  supply: async () => enclosed,
  way: (to, attributes, text) => element("button", { type: "button", class: "plain", ...attributes, onclick: () => open(to) }, text),
  again: () => open(page),
};

const PAGES: Readonly<Record<PageName, () => unknown>> = {
  make: () => Maker.start(FILE),
  check: () => Checker.start(FILE),
  guide: () => showGuide(FILE),
};

function open(to: PageName): void {
  page = to;
  PAGES[to]();
}

// Only what this document made itself may be opened or saved.
guard((url) => url.protocol === "blob:");
open(page);
