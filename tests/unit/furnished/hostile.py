"""Values that somebody may send who means no good, or who is a program with a fault."""

from __future__ import annotations

from tests.unit.furnished.requests import kinds
from tests.unit.furnished.samples import absent_id, sample_id

TEXTS = (
    "", " ", "a", "a" * 63, "a" * 64, "a" * 255, "a" * 256, "a" * 5000, "é", "İ", "ß", "\u202egnp.exe",
    "\U0001f600" * 60,
    "\ufffe", "\uffff", "\u0085", "\u2028", "\x00", "\t", "\n", "a\r\nSet-Cookie: x=1", "\x7f", "\x9f",
    "' OR '1'='1' --",
    '"; drop table users; --', "../../etc/passwd", "/", "//", ".", "..", "-", "-rf", "--help", "a b", "%00", "%",
    "{}", "[",
    "${jndi:ldap://x}", "{{7*7}}", "$(id)", "`id`", "| id", "<script>alert(1)</script>", "]]>", "&amp;", ",", ",,",
    "a,b", "null",
    "none", "true", "TRUE", "yes", "public", "all", "self", "ROOT", "javelin-Account", "account/", "cloud", "#", "#0",
    "a#b", "a/b",
)  # fmt: skip
NUMBERS = (
    "0", "1", "-1", "-2", "2", "500", "501", "65536", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
    "9223372036854775808", "9" * 40, "1.5", "1e3", "1e309", "nan", "inf", "-inf", "0x10", "1_000", "²", "٣", "१०",
    " 7 ", "+7",
)  # fmt: skip
MOMENTS = (
    "2026-01-31", "2026-02-30", "0001-01-01", "9999-12-31", "2026-01-31T12:00:00+0000", "0001-01-01T00:00:00+2359",
    "9999-12-31T23:59:59-2359", "2026-01-31 12:00:00", "20260131", "12:00",
)  # fmt: skip
ADDRESSES = (
    "10.1.1.1", "10.1.1.0/24", "10.1.1.7/24", "10.1.1.0/33", "0.0.0.0/0", "255.255.255.254", "255.255.255.255",
    "255.0.255.0", "127.0.0.1",
    "169.254.169.254", "::1", "fe80::1%eth0", "::/0", "010.1.1.1", "1.2.3", "999.1.1.1", "02:00:00:00:00:01",
    "ff:ff:ff:ff:ff:ff",
    "untagged", "vlan://5", "vlan://x", "5-1", "1-9999999", "http://198.51.100.7/a", "http://[::1", "http://h:99999/",
    "http://",
    "http://169.254.169.254/latest", "file:///etc/passwd", "//x", "nfs://h/p", "SharedMountPoint://localhost/../..",
    "http://a@b:c@d/",
    "http://\u2100.com/", "aGVsbG8=", "aGVsbG8", "====", "ssh-ed25519 AAAA x", "ssh-rsa " + "A" * 200,
    "ssh-ed25519 ====",
)  # fmt: skip
IDS = (
    *(sample_id(kind, owner) for kind in kinds().values() for owner in ("", "user", "stranger")), absent_id(), "-1",
    absent_id().upper(), absent_id().replace("-", ""), "{" + absent_id() + "}", "urn:uuid:" + absent_id(),
    ",".join([absent_id()] * 501), "00000000-0000-7000-8000-000000000001", "00000000-0000-0000-0000-000000000000",
)  # fmt: skip

MAP_KEYS = (
    "[0]", "[0].key", "[0].value", "[1].key", "[999999].key", "[0].cpuNumber", "[0].memory", "[0].cpuSpeed",
    "[0].networkid",
    "[0].ip", "[0].mac", "[0].service", "[0].provider", "[0].rootdisksize", "[x].key", "[0", "[-1].key", "[0].a.b",
    "[0]." + "k" * 300, "[0].<b>", "[0].a b", "[0].1&2", "[0].\ufffe", "[0].\x00", "[0].é", "[0].xmlns:a",
)  # fmt: skip
