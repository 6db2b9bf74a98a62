"""What the embedded AWS is told by its environment, and what ministack must find in its own before it is imported."""

import os
from dataclasses import dataclass
from pathlib import Path

REGION = "us-east-1"
ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Settings:
    """Where to listen, where to keep state, how many function processes may stay warm."""

    port: int
    state: Path
    max_workers: int
    worker_idle_seconds: float
    snapshot_seconds: float
    execution_seconds: float
    fsync: bool
    log_events: int = 500  # the last lines of a function's log that are kept
    workers_per_function: int = 4  # from there on an invocation rather waits for one than start another

    @property
    def endpoint(self) -> str:
        """The URL that clients and functions of this machine use."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read JAVELIN_AWS_*; a missing variable has the default that the README documents."""
        state = os.environ.get("JAVELIN_AWS_STATE") or str(Path.home() / ".javelin" / "aws")
        return cls(
            port=int(os.environ.get("JAVELIN_AWS_PORT", "4566")),
            state=Path(state).resolve(),
            max_workers=int(os.environ.get("JAVELIN_AWS_MAX_WORKERS", "48")),
            worker_idle_seconds=float(os.environ.get("JAVELIN_AWS_WORKER_IDLE_SECONDS", "120")),
            snapshot_seconds=float(os.environ.get("JAVELIN_AWS_SNAPSHOT_SECONDS", "20")),
            execution_seconds=float(os.environ.get("JAVELIN_AWS_EXECUTION_SECONDS", "3600")),
            workers_per_function=int(
                os.environ.get("JAVELIN_AWS_WORKERS_PER_FUNCTION", 2 * max(2, os.cpu_count() or 2))
            ),
            log_events=int(os.environ.get("JAVELIN_AWS_LOG_EVENTS", "500")),
            fsync=os.environ.get("JAVELIN_AWS_FSYNC", "0") == "1",
        )

    def export_to_ministack(self) -> None:
        """Set the variables that ministack reads while it is imported. Call before the first import of it."""
        os.environ.update(
            {
                "GATEWAY_PORT": str(self.port),
                "BIND_HOST": "127.0.0.1",
                "AWS_ENDPOINT_URL": self.endpoint,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": REGION,
                "MINISTACK_REGION": REGION,
                "PERSIST_STATE": "1",
                "STATE_DIR": str(self.state / "services"),
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(self.state / "s3"),
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                "LAMBDA_EXECUTOR": "local",
                "LAMBDA_ACCOUNT_CONCURRENCY": "250",
                "LOG_LEVEL": os.environ.get("JAVELIN_AWS_LOG_LEVEL", "WARNING"),
            }
        )
        os.environ.pop("AWS_SESSION_TOKEN", None)
        os.environ.pop("AWS_PROFILE", None)
