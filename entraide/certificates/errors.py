"""What reading a certificate, a list or a form may raise. All are Unusable, so that a caller can answer them as one."""


class Unusable(Exception):
    """Something read is not what it should be. The message says what, in one line."""


class NotOurs(Unusable):
    """The text does not begin as a certificate of this format does."""


class Malformed(Unusable):
    """Bytes that are not in the one form that the format allows."""


class Untrusted(Unusable):
    """A signed document that no known root signed, or whose signature is false."""


class Outdated(Unusable):
    """A signed document with a lower version than one already known, or from before its time."""
