// What the build puts in: see build.mjs.

/** The roots' public points in hexadecimal: whom this build trusts. */
declare const ROOTS: readonly string[];
/** The first characters of the hash of all files of this build. */
declare const BUILD: string;
/** The version of the release, as people say it. */
declare const VERSION: string;
/** The SHA-256 of each file by its path, in Base64: what the worker keeps is what was built. */
declare const DIGESTS: Readonly<Record<string, string>>;
/** The paths that the worker keeps for use without a network. */
declare const FILES: readonly string[];

/** The bytes of a font, packed: see build/fonts.mjs. */
declare module "font:*" {
  const packed: Uint8Array;
  export default packed;
}

declare namespace PDFKit {
  namespace Mixins {
    /** What PDF/UA asks of figures; the package's types do not name it yet. */
    interface StructureElementOptions {
      bbox?: [left: number, top: number, right: number, bottom: number];
      placement?: string;
    }
  }
}
