"""How many files and connections a process may have open: the system's first answer, 1,024, would shut people out."""

import resource


def raise_limit(*, wanted: int) -> int:
    """Let this process and its children have so many open, or as many as the system allows; return how many.

    Who runs a process raises the bound itself (systemd: LimitNOFILE); up to that bound a process may help itself.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most
    return soft
