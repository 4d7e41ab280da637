// The home of the pages on their site: kept by the browser, supplied by the diode, each page at an address of its own.
import { Diode } from "./diode.ts";
import { element } from "./elements.ts";
import { openKeeper } from "./store.ts";
import type { Home, PageName } from "./supply.ts";
import { textsForReader } from "./texts.ts";

const ADDRESSES: Readonly<Record<PageName, () => string>> = {
  make: () => "/",
  check: () => "/verify/",
  guide: () => `/guide-${textsForReader().language}.html`,
};

export const ONLINE: Home = {
  isFile: false,
  keeper: openKeeper,
  supply: () => Diode.connect(),
  way: (page, attributes, text) => element("a", { href: ADDRESSES[page](), ...attributes }, text),
  again: () => location.reload(),
};
