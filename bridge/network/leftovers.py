"""Find what the driver has made on this host and nobody remembers: the proof of a clean slate."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bridge.network.names import DIGEST_LENGTH, LINK_PREFIXES, NAMESPACE_PREFIX, names_of
from bridge.network.namespaces import NAMED


def _digest(name: str, prefix: str) -> str | None:
    """The network's digest in a name of ours; None in any other name."""
    digest = name.removeprefix(prefix)
    is_ours = name.startswith(prefix) and len(digest) == DIGEST_LENGTH and set(digest) <= set("0123456789abcdef")
    return digest if is_ours else None


def _servers(runtime: Path) -> Iterable[tuple[str, str]]:
    """Every dnsmasq that was started from the runtime folder, with its network's digest."""
    marker = f"--conf-file={runtime}/"
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = process.joinpath("cmdline").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        for argument in arguments:
            if argument.startswith(marker):
                yield argument.removeprefix(marker).split("/")[0], f"process {process.name}"


def find(runtime: Path, known: Iterable[str]) -> list[str]:
    """Things that belong to none of the `known` networks, each as `<kind> <name>`."""
    explained = {names_of(network).digest for network in known}
    found = list(_servers(runtime))
    for link in Path("/sys/class/net").iterdir():
        found += [(digest, f"link {link.name}") for prefix in LINK_PREFIXES if (digest := _digest(link.name, prefix))]
    namespaces = NAMED.iterdir() if NAMED.exists() else ()
    for namespace in namespaces:
        if digest := _digest(namespace.name, NAMESPACE_PREFIX):
            found.append((digest, f"namespace {namespace.name}"))
    folders = runtime.iterdir() if runtime.exists() else ()
    found += [(digest, f"folder {folder}") for folder in folders if (digest := _digest(folder.name, ""))]
    return sorted(thing for digest, thing in found if digest not in explained)
