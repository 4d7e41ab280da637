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
