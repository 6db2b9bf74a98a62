"""`python -m bridge.console --state DIR --listen 127.0.0.1:6080` runs the console proxy of one host.

`DIR` is the state directory of the bridge that it stands beside: `identity.json` there has the key that tokens are
checked with. `DIR/used-tokens` is the proxy's own: what must not be used again.
"""

from __future__ import annotations

import argparse
import logging
import signal
import ssl
from pathlib import Path

from bridge import drivers
from bridge.console.proxy import ConsoleServer
from bridge.console.used_tokens import UsedTokens
from bridge.errors import HostError
from bridge.identity import Identity
from bridge.settings import load
from javelin.messaging.console_keys import console_key

NOVNC = Path("/usr/share/novnc")
SHORTEST_KEY = 32  # bytes


def _identity(state: Path) -> Identity:
    """Whose guests are shown; what makes that impossible ends the program with a sentence."""
    try:
        identity = Identity.load(state)
    except FileNotFoundError:
        raise SystemExit(
            f"{state} is not enrolled: enrol its bridge with the cloud first, with --console-url"
        ) from None
    if identity.driver == "simulated":
        raise SystemExit(f"{state} is a simulated host: its guests have no screens")
    if len(identity.shared_key) < SHORTEST_KEY:
        raise SystemExit(f"the command key in {state} is too short: {SHORTEST_KEY} bytes are needed; enrol again")
    return identity


def server(arguments: list[str] | None = None) -> ConsoleServer:
    """The listening proxy that the command line describes."""
    parser = argparse.ArgumentParser(prog="python -m bridge.console", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="state directory of this host's bridge")
    parser.add_argument("--listen", default="127.0.0.1:6080", help="address:port for browsers")
    parser.add_argument("--novnc", type=Path, default=NOVNC, help="folder of noVNC's files")
    parser.add_argument("--sessions", type=int, default=100, help="how many consoles may be open at once")
    parser.add_argument("--certificate", type=Path, help="PEM file: serve HTTPS")
    parser.add_argument("--certificate-key", type=Path, help="PEM file of the certificate's key")
    options = parser.parse_args(arguments)
    address, _, port = options.listen.rpartition(":")
    tls = None
    if options.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(options.certificate, options.certificate_key)
    identity = _identity(options.state)
    try:
        hypervisor = drivers.hypervisor(identity.driver, identity.uri, options.state, load(options.state))
    except HostError as error:
        raise SystemExit(f"the hypervisor {identity.uri} does not answer: {error}") from error
    used, key = UsedTokens(options.state / "used-tokens"), console_key(identity.shared_key)
    listen = address.strip("[]"), int(port)
    return ConsoleServer(listen, key, used, hypervisor, options.novnc, options.sessions, tls)


def main() -> None:
    """Serve until told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with server() as console:
        logging.getLogger("bridge.console").info("listening on %s:%d", *console.server_address[:2])
        try:
            console.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
