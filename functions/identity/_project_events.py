"""What happens to projects, told as theirs: their members see it."""

from __future__ import annotations

from javelin.contract.caller import Caller
from javelin.data.records.project import Project
from javelin.messaging.events import Event, announce


def tell_of(caller: Caller, project: Project, kind: str, description: str) -> None:
    """Announce that the caller did something to the project."""
    announce(
        Event(
            type=kind, description=description, account_id=project.id, account=project.account,
            domain_id=project.domain_id, domain_path=project.domain_path, user_id=caller.user_id,
            resource_type="Project", resource_id=project.id,
        )
    )  # fmt: skip
