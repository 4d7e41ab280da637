"""Alerts about what is seen from outside: whether people reach the site, and the machines that it stands on."""

from entraidectl.status.alerts.alert import Alert, Severity
from entraidectl.status.alerts.watched import (
    ADDRESSES,
    EDGES,
    MACHINES,
    PROCESSES,
    READY,
    SEALS,
    SIGN_UPS,
    SITE,
)

ALERTS = (
    Alert(
        "EntraideSiteDown",
        f'max(probe_success{{job="{SITE}"}}) == 0',
        "The portal does not answer: nobody can read missions or sign up.",
    ),
    Alert(
        "EntraideAddressDown",
        f'probe_success{{job="{ADDRESSES}"}} == 0',
        "{{ $labels.instance }} does not answer: those who are led to that address see nothing, the others do.",
    ),
    Alert(
        "EntraideNotReady",
        f'max(probe_success{{job="{READY}"}}) == 0',
        "The portal answers and is not ready: pages may be old, and what people send may be refused.",
    ),
    Alert(
        "EntraideSignUpsDown",
        f'max(probe_success{{job="{SIGN_UPS}"}}) == 0',
        "The sign-up does not answer: people read missions, and nobody can sign up.",
    ),
    Alert(
        "EntraideSealsDown",
        f'max(probe_success{{job="{SEALS}"}}) == 0',
        "Seals do not answer: nobody gets a certificate. Those that people hold can still be checked.",
    ),
    Alert(
        "EntraideProberGone",
        f'max by (job) (up{{job=~"{SITE}|{ADDRESSES}|{READY}|{SIGN_UPS}|{SEALS}"}}) == 0',
        "Nobody asks from outside any more ({{ $labels.job }}): if the site fails now, nobody is told.",
    ),
    Alert(
        "EntraideSiteSlow",
        f'max(avg_over_time(probe_duration_seconds{{job="{SITE}"}}[5m])) > 3',
        "The first page takes {{ $value | humanizeDuration }} to come: people on phones give up.",
        lasting="5m",
    ),
    Alert(
        "EntraideCertificateExpires",
        "min by (instance) (probe_ssl_earliest_cert_expiry) - time() < 14 * 86400",
        "The TLS certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}: after that, browsers "
        "warn people off.",
        Severity.SOON,
        lasting="10m",
    ),
    Alert(
        "EntraideProcessGone",
        f'up{{job="{PROCESSES}"}} == 0',
        "A process of the platform at {{ $labels.instance }} is gone: the others bear its part, if there are any.",
    ),
    Alert(
        "EntraideEdgeGone",
        f'up{{job="{EDGES}"}} == 0',
        "The edge at {{ $labels.instance }} shows no measurements: its address has probably moved to the other one.",
    ),
    Alert(
        "EntraideMachineGone",
        f'up{{job="{MACHINES}"}} == 0',
        "The machine at {{ $labels.instance }} does not answer: all that runs on it is away.",
    ),
    Alert(
        "EntraideDiskNearlyFull",
        'min by (instance, machine, mountpoint) (node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"}'
        ' / node_filesystem_size_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"}) < 0.1',
        "{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} on {{ $labels.instance }} are left: when it is "
        "full, what people send cannot be kept.",
        lasting="5m",
    ),
    Alert(
        "EntraideRestoreUntried",
        "time() - max(entraide_backup_verified_timestamp_seconds) > 7 * 86400"
        " or absent(entraide_backup_verified_timestamp_seconds)",
        "No backup was put back and counted for a week: nobody knows whether what people entrusted to us is safe.",
        Severity.SOON,
        lasting="1h",
    ),
)
