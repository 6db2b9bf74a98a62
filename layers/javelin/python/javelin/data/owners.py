"""Who owns a thing, as answers show it: an account, or a project in its place."""

from __future__ import annotations

from typing import Any

from javelin.data.record import Owned
from javelin.data.records.project import project_name


def owner(record: Owned) -> dict[str, Any]:
    """The fields account, or project and projectid, of an OwnedResponse."""
    return owner_named(record.account, record.account_id)


def owner_named(account: str | None, account_id: str | None) -> dict[str, Any]:
    """The same for what may be nobody's, or is no record."""
    project = project_name(account) if account else None
    return {"account": account} if project is None else {"project": project, "projectid": account_id}
