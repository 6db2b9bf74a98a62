"""Where one local cloud lives: its folder, its ports, and how to reach its AWS."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from infra.local.aws.client import CREDENTIALS
from infra.packaging.publish import Aws

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """One local cloud. Several may run at once if their folders and ports differ."""

    folder: Path
    port: int
    aws_port: int

    @classmethod
    def from_environment(cls) -> Home:
        """JAVELIN_HOME, JAVELIN_PORT and JAVELIN_AWS_PORT, or .javelin in the checkout, 8080 and 4566."""
        return cls(
            Path(os.environ.get("JAVELIN_HOME") or ROOT / ".javelin").resolve(),
            int(os.environ.get("JAVELIN_PORT", "8080")),
            int(os.environ.get("JAVELIN_AWS_PORT", "4566")),
        )

    @property
    def url(self) -> str:
        """The cloud's address, without /client."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        """The one URL of the CloudStack API."""
        return f"{self.url}/client/api"

    @property
    def aws_endpoint(self) -> str:
        """The embedded AWS."""
        return f"http://127.0.0.1:{self.aws_port}"

    @property
    def aws(self) -> Aws:
        """The embedded AWS as a place to deploy to."""
        credentials = CREDENTIALS["aws_access_key_id"], CREDENTIALS["aws_secret_access_key"]
        return Aws(CREDENTIALS["region_name"], self.aws_endpoint, credentials)

    @property
    def keys(self) -> Path:
        """The file that `cs` reads as it is."""
        return self.folder / "cloudstack.ini"

    @property
    def hosts(self) -> Path:
        """One state directory per host that a bridge of this cloud serves."""
        return self.folder / "bridge"

    def make(self) -> None:
        """Create the folder; others have no business in it."""
        for folder in (self.folder, self.hosts, self.folder / "log", self.folder / "run"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
