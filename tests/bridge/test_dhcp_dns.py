"""A dnsmasq that is on its way out is waited for, so that the next one finds its addresses free."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from bridge.network import dhcp_dns
from bridge.network.dhcp_dns import DhcpDns

ENDING = {"cmdline": b"", "stat": b"4711 (dnsmasq) R 1 4711 4711 0"}
BURIED = {"cmdline": b"", "stat": b"4711 (dnsmasq) Z 1 4711 4711 0"}
ANOTHER = {"cmdline": b"", "stat": b"4711 (kworker/0:1 (x)) I 2 0 0 0"}
ABSENT = {"cmdline": b"", "stat": b""}


@pytest.mark.parametrize("last", [ABSENT, BURIED, ANOTHER], ids=["absent", "zombie", "its number is another's"])
def test_stop_waits_while_the_sockets_may_be_open(
    last: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = DhcpDns(tmp_path, str(uuid4()))
    server.folder.mkdir()
    (server.folder / "dnsmasq.pid").write_text("4711\n")
    seen = [ENDING, ENDING, last]

    def told(pid: str, file: str) -> bytes:
        assert pid == "4711"
        return (seen.pop(0) if file == "stat" and len(seen) > 1 else seen[0])[file]

    monkeypatch.setattr(dhcp_dns, "_of_process", told)
    server.stop()
    assert seen == [last]
