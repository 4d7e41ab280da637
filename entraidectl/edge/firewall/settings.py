"""What ModSecurity is told before and after the core rules. Pure."""

from collections.abc import Iterable

from entraidectl.edge.blocks import text
from entraidectl.edge.firewall.core_rules import FILES
from entraidectl.edge.places import HOME

ENGINES = {"detect": "DetectionOnly", "block": "On"}
METHODS = "GET HEAD POST OPTIONS PUT PATCH DELETE"
# Forms and JSON are looked into field by field; XML is what calls of meetings may send. Nothing asks for text without
# fields, and JSON that calls itself so would pass by the rules unseen.
KINDS = (
    "application/x-www-form-urlencoded", "multipart/form-data", "application/json", "application/merge-patch+json",
    "application/geo+json", "application/ld+json", "application/problem+json", "application/xml", "text/xml",
)  # fmt: skip
MOST_FIELDS = 1000
# They open a record for each address with each program it names, which no rule of ours reads and nothing ends.
NEEDLESS = (901318, 901321)
# Of a request: what it asked for, without its headers and body, and which rules it met.
LOGGED_PARTS = "AHZ"


def settings(*, level: str, logs: str, drafts: str, body_limit: int) -> str:
    """Return the file that nginx names: the engine, bounds, what forms of ours may be, and the core rules."""
    return text(
        f"SecRuleEngine {ENGINES[level]}",
        "SecRequestBodyAccess On",
        f"SecRequestBodyLimit {body_limit + 65_536}",
        f"SecRequestBodyNoFilesLimit {body_limit + 65_536}",
        "SecRequestBodyLimitAction Reject",
        "SecRequestBodyJsonDepthLimit 64",
        f"SecArgumentsLimit {MOST_FIELDS}",
        "# Ten thousand letters of a description take more steps than the engine's default lets them.",
        "SecPcreMatchLimit 100000",
        "SecPcreMatchLimitRecursion 100000",
        "SecResponseBodyAccess Off",
        f"SecTmpDir {drafts}",
        f"SecDataDir {drafts}",
        "SecArgumentSeparator &",
        "SecCookieFormat 0",
        "# The engine asks its makers for news otherwise.",
        "SecStatusEngine Off",
        "SecAuditEngine RelevantOnly",
        'SecAuditLogRelevantStatus "^403$"',
        f"SecAuditLogParts {LOGGED_PARTS}",
        "SecAuditLogType Serial",
        "SecAuditLogFormat JSON",
        f"SecAuditLog {logs}/firewall.log",
        'SecDefaultAction "phase:1,log,auditlog,pass"',
        'SecDefaultAction "phase:2,log,auditlog,pass"',
        _rules_of_ours(),
        [f"Include {HOME}/firewall/{name}" for name in FILES],
        [f"SecRuleRemoveById {number}" for number in NEEDLESS],
    )


def _rules_of_ours() -> Iterable[str]:
    kinds = " ".join(f"|{kind}|" for kind in KINDS)
    json_kinds = "^application/(?:[a-z0-9.+-]+\\+)?json"
    return (
        f'SecRule REQUEST_HEADERS:Content-Type "@rx {json_kinds}" '
        '"id:9001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"',
        # A body that does not say what it is: JSON is the only kind that the platform would read all the same.
        'SecRule &REQUEST_HEADERS:Content-Type "@eq 0" "id:9005,phase:1,t:none,pass,nolog,chain"',
        'SecRule REQUEST_HEADERS:Content-Length "!@rx ^0?$" "t:none,ctl:requestBodyProcessor=JSON"',
        'SecRule REQBODY_ERROR "!@eq 0" '
        "\"id:9002,phase:2,t:none,log,deny,status:400,msg:'The body is not what it says it is'\"",
        f'SecRule &ARGS "@ge {MOST_FIELDS}" "id:9004,phase:2,t:none,log,deny,status:400,'
        "msg:'More fields than a form of ours has'\"",
        'SecAction "id:9003,phase:1,nolog,pass,t:none,setvar:tx.crs_setup_version=334,setvar:tx.paranoia_level=1,'
        f"setvar:'tx.allowed_methods={METHODS}',setvar:'tx.allowed_request_content_type={kinds}',"
        f'setvar:tx.max_num_args={MOST_FIELDS}"',
    )
