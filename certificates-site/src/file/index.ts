// Both pages in one document, which is carried about on a key: no network, nothing kept, no addresses to go to.
import { Maker } from "../make/maker.ts";
import { element } from "../site/elements.ts";
import { guard } from "../site/guards.ts";
import { Passing } from "../site/store.ts";
import type { Home, PageName } from "../site/supply.ts";
import { Checker } from "../verify/checker.ts";
import { Enclosed } from "./enclosed.ts";

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

function open(to: PageName): void {
  page = to;
  void (to === "make" ? Maker.start(FILE) : Checker.start(FILE));
}

// Only what this document made itself may be opened or saved.
guard((url) => url.protocol === "blob:");
open(page);
