"""What the codes of refusals and of runs mean, as sentences that pages translate."""

from collections.abc import Mapping

from entraide.exchange.rules.judging import Refusal


def gettext_noop(message: str) -> str:
    """Mark a message for extraction; whoever shows it translates it. Rules load no translation machinery."""
    return message


REFUSALS: Mapping[str, str] = {
    Refusal.MISSING_TITLE: gettext_noop("The title is missing."),
    Refusal.SHORT_TITLE: gettext_noop("The title is one word alone."),
    Refusal.BAD_ENCODING: gettext_noop("A text is encoded wrongly: it holds “&#”, “Ã©” or the like."),
    Refusal.MISSING_CLIENT_ID: gettext_noop("The mission has no clientId."),
    Refusal.DUPLICATE_CLIENT_ID: gettext_noop("The clientId stands twice in the feed; the first one counts."),
    Refusal.MISSING_DESCRIPTION: gettext_noop("The description is missing."),
    Refusal.MISSING_APPLICATION_URL: gettext_noop("The address where one applies is missing."),
    Refusal.BAD_APPLICATION_URL: gettext_noop("The address where one applies is no address of a website."),
    Refusal.BAD_COUNTRY: gettext_noop("The country is not France."),
    Refusal.BAD_REMOTE: gettext_noop("“remote” must be no, possible or full."),
    Refusal.BAD_PLACES: gettext_noop("The places must be a number from 1 to 10,000."),
    Refusal.BAD_DOMAIN: gettext_noop("The domain is none of those that there are."),
    Refusal.BAD_TYPE: gettext_noop("The type is none of those that there are."),
    Refusal.BAD_COMPENSATION: gettext_noop("The compensation is negative, or of an unknown unit or type."),
    Refusal.BAD_DATE: gettext_noop("A date cannot be read, lies outside 2000 to 2100, or the end is before the start."),
    Refusal.BAD_FIELD: gettext_noop("A field has the wrong type or is too long."),
    Refusal.MISSION_OVER: gettext_noop("The mission is over."),
    Refusal.UNKNOWN_PLACE: gettext_noop("No commune or département of the addresses is known."),
    Refusal.BARRED_ORGANIZATION: gettext_noop("The organisation is suspended or flagged on this platform."),
    Refusal.FLAGGED_HERE: gettext_noop("A referent took this mission offline."),
}
RUNS: Mapping[str, str] = {
    "": "",
    "INTERRUPTED": gettext_noop("The run was interrupted; the next one starts anew."),
    "BAD_ADDRESS": gettext_noop("The address of the feed cannot be used."),
    "PRIVATE_ADDRESS": gettext_noop("The address of the feed leads into a private network."),
    "UNREACHABLE": gettext_noop("The partner's server does not answer."),
    "TOO_MANY_REDIRECTS": gettext_noop("The address leads on and on."),
    "BAD_STATUS": gettext_noop("The partner's server answers with an error."),
    "COMPRESSED": gettext_noop("The answer is compressed, which was not asked for."),
    "TOO_LARGE": gettext_noop("The feed is too large."),
    "TOO_SLOW": gettext_noop("The feed takes too long to arrive."),
    "CUT_SHORT": gettext_noop("The feed ended before its announced length."),
    "FORBIDDEN_XML": gettext_noop("The feed has a document type or entities, which are refused."),
    "BROKEN_XML": gettext_noop("The feed is no well-formed XML, or ends in its middle."),
    "BAD_ENCODING": gettext_noop("The feed is not in the encoding that it says."),
    "NOT_A_FEED": gettext_noop("The document is no feed of missions."),
    "TOO_MANY": gettext_noop("The feed has too many missions."),
    "BAD_ALERT": gettext_noop("The document is no alert that can be read."),
    "EMPTY": gettext_noop("The feed is empty, so nothing was withdrawn."),
    "SHRUNK": gettext_noop("The feed lost a great part of its missions, so nothing was withdrawn."),
}


def said(code: str, field: str) -> str:
    """Return a refusal as a partner reads it: its code, and the field."""
    return f"{code} ({field})" if field else code
