"""`python -m bridge.console --state DIR --listen 127.0.0.1:6080` runs the console proxy.

`DIR/console.key` is the key shared with the cloud (base64), `DIR/used-tokens` what must not be used again.
"""

from __future__ import annotations

import argparse
import base64
import logging
import signal
import ssl
from pathlib import Path

from bridge.console.proxy import ConsoleServer
from bridge.console.used_tokens import UsedTokens

NOVNC = Path("/usr/share/novnc")
SHORTEST_KEY = 32  # bytes


def _key(file: Path) -> bytes:
    """The key in `file`; its absence or weakness ends the program with a sentence."""
    try:
        key = base64.b64decode(file.read_bytes(), validate=False)
    except FileNotFoundError:
        raise SystemExit(f"{file} is missing: register this console proxy with the cloud first") from None
    if len(key) < SHORTEST_KEY:
        raise SystemExit(f"{file} holds {len(key)} bytes; at least {SHORTEST_KEY} are needed")
    return key


def server(arguments: list[str] | None = None) -> ConsoleServer:
    """The listening proxy that the command line describes."""
    parser = argparse.ArgumentParser(prog="python -m bridge.console", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the key and the used tokens")
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
    used = UsedTokens(options.state / "used-tokens")
    key = _key(options.state / "console.key")
    return ConsoleServer((address.strip("[]"), int(port)), key, used, options.novnc, options.sessions, tls)


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
