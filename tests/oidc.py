"""A provider of OpenID Connect on this machine, over TLS by an authority of its own, that lies as it is told to."""

from __future__ import annotations

import datetime
import json
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Json = dict[str, Any]
CLIENT, SECRET = "javelin-client", "secret of the client"


@dataclass
class Provider:
    """What it answers, path by path, and what it was sent. Tests change `claims`, `sign` and `answers`."""

    issuer: str = ""
    authorities: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    claims: Json = field(default_factory=dict)
    headers: Json = field(default_factory=lambda: {"kid": "k1"})
    sign: Callable[[Json], str] | None = None
    answers: dict[str, tuple[int, bytes, Json]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def token(self) -> str:
        """An ID token of the claims, signed as it should be, or as a test wants."""
        if self.sign is not None:
            return self.sign(self.claims)
        return jwt.encode(self.claims, self.key, "ES256", headers=self.headers)

    def vouch(self, email: str, **more: Any) -> None:
        """The next codes are this person's."""
        now = int(time.time())
        self.claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "email": email,
            "email_verified": True, **more,
        }  # fmt: skip

    def public(self) -> Json:
        """Its public key, as it publishes it."""
        told = jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {**told, "kid": "k1", "use": "sig", "alg": "ES256"}

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, bytes, Json]:
        """Status, body and headers."""
        self.asked.append((path, form))
        if path in self.answers:
            return self.answers[path]
        match path:
            case "/.well-known/openid-configuration":
                body: Json = {
                    "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                }  # fmt: skip
            case "/keys":
                body = {"keys": [self.public()]}
            case "/token" if form.get("client_secret") == SECRET and form["code"] not in self.used:
                self.used.add(form["code"])
                body = {"access_token": "a", "token_type": "Bearer", "id_token": self.token()}
            case _:
                return 400, b'{"error": "invalid_grant"}', {}
        return 200, json.dumps(body).encode(), {}


@contextmanager
def provider() -> Iterator[Provider]:
    """One that listens on this machine while the test lasts."""
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        """Passes what is asked on."""

        def _send(self, form: dict[str, str]) -> None:
            status, body, headers = told.answer(self.path, form)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            """A document."""
            self._send({})

        def do_POST(self) -> None:
            """A form."""
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send({name: values[-1] for name, values in parse_qs(body).items()})

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with tempfile.TemporaryDirectory() as folder:
        told.authorities = _identity(Path(folder))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(Path(folder) / "cert.pem", Path(folder) / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    told.issuer = f"https://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


def _identity(folder: Path) -> str:
    """A key and a certificate of this machine's address, which vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "cert.pem").write_bytes(pem)
    return pem.decode()
