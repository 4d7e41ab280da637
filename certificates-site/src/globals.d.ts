// What the build puts in: see build.mjs.

/** The roots' public points in hexadecimal: whom this build trusts. */
declare const ROOTS: readonly string[];
/** The first characters of the hash of all files of this build. */
declare const BUILD: string;
/** The paths that the worker keeps for use without a network. */
declare const FILES: readonly string[];
