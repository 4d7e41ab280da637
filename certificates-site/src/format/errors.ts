// What reading a certificate, a list of keys or a set of forms may throw. Each message is one line for a developer.

/** The text does not begin as a certificate of this format does. */
export class NotOurs extends Error {}

/** Bytes that are not in the one form that the format allows. */
export class Malformed extends Error {}

/** A signed document that no known root signed, or whose signature is false. */
export class Untrusted extends Error {}

/** A signed document with a lower version than one already known, or from before its time. */
export class Outdated extends Error {}

/** A signed document that counts from a later time on: the reader's clock is slow, or it was made ahead. */
export class Early extends Outdated {}
