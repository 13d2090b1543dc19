"""Service names of ports, from this machine's own file; never from the network."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path("/etc/services")
# Minimal images lack the file; these every filter may count on.
_KNOWN: Final = {
    "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "http": 80, "pop3": 110,
    "ntp": 123, "imap2": 143, "snmp": 161, "ldap": 389, "https": 443, "syslog": 514, "ldaps": 636,
    "imaps": 993, "mysql": 3306, "postgresql": 5432, "amqp": 5672, "redis": 6379, "http-alt": 8080,
}  # fmt: skip


@cache
def service_ports() -> Mapping[str, int]:
    """The port of each service name; of a name with several ports, the first."""
    ports: dict[str, int] = {}
    try:
        lines = _FILE.read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    for line in lines:
        words = line.partition("#")[0].split()
        number = words[1].partition("/")[0] if len(words) > 1 else ""
        if number.isascii() and number.isdigit() and int(number) < 65536:
            for name in (words[0], *words[2:]):
                ports.setdefault(name, int(number))
    return {**_KNOWN, **ports}
