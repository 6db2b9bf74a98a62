"""What user data a guest gets: the caller's own, what is kept under a name, its template's, or both."""

from __future__ import annotations

from dataclasses import dataclass
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

from functions.compute import _requests
from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.contract.secret import Secret
from javelin.data.records.template import Template
from javelin.data.records.user_data import APPEND, FIXED, KEPT, UserData
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.messaging import objects

READ_KEPT: tuple[Grant, ...] = (UserData.read, UserData.check, objects.may("Get", KEPT), objects.LOOK)
KINDS = {
    "#!": "x-shellscript", "#cloud-config": "cloud-config", "#include": "x-include-url", "## template:": "jinja2",
    "#cloud-boothook": "cloud-boothook", "#part-handler": "part-handler",
}  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """The content, and where it comes from: `kept` is what has a name, `policy` the template's word on it."""

    content: bytes | None = None
    kept: UserData | None = None
    policy: str | None = None
    details: dict[str, str] | None = None

    def attributes(self) -> dict[str, Any]:
        """What the guest's record says of it."""
        return {
            "has_user_data": self.content is not None, "user_data_id": self.kept.id if self.kept else None,
            "user_data_name": self.kept.name if self.kept else None, "user_data_policy": self.policy,
            "user_data_details": self.details,
        }  # fmt: skip

    def show_in(self, machine: VirtualMachine) -> None:
        """Have the guest's record, as it was read, say it."""
        for name, value in self.attributes().items():
            setattr(machine, name, value)

    def changes(self) -> list[Any]:
        """The same, as changes of the guest's record."""
        every = [(getattr(VirtualMachine, name), value) for name, value in self.attributes().items()]
        return [one.remove() if value is None else one.set(value) for one, value in every]

    def check(self, transaction: Transaction) -> None:
        """Have the transaction fail if what it is kept as is deleted meanwhile."""
        if self.kept is not None:
            transaction.check(UserData, self.kept.id, UserData.id.exists(), UserData.unknown(self.kept.id))


def chosen(
    account_id: str,
    given: Secret | None,
    kept_id: str | None,
    details: dict[str, str],
    template: Template | None = None,
) -> Chosen:
    """What a guest of the account gets. Raises InvalidParameter for what its template does not let it have."""
    if given is not None and kept_id is not None:
        raise InvalidParameter("Give userdata or userdataid, not both.")
    linked = _linked(template)
    kept = _of_account(account_id, kept_id) if kept_id is not None else None
    brought = _requests.user_data(given) if kept is None else _content(kept)
    policy = template.user_data_policy if template is not None and linked is not None else None
    if brought is not None and policy == FIXED:
        raise InvalidParameter(
            f"Template {template.name if template else ''} brings user data that nothing replaces; leave userdata and"
            " userdataid out."
        )
    content, origin = brought, kept
    if linked is not None and brought is None:
        content, origin = _content(linked), linked
    elif linked is not None and brought is not None and policy == APPEND:
        content = _joined(_content(linked), brought)
    return Chosen(content, origin, policy, _values(details, [one for one in (kept, linked) if one is not None]) or None)


def replaced(
    machine: VirtualMachine, given: Secret | None, kept_id: str | None, details: dict[str, str]
) -> Chosen | None:
    """What a guest that is there gets instead, when something is given; its template's word holds for it too."""
    if given is None and kept_id is None:
        if details:
            raise InvalidParameter("userdatadetails goes with userdataid; give both.")
        return None
    return chosen(machine.account_id, given, kept_id, details, Template.find(machine.template_id))


def _linked(template: Template | None) -> UserData | None:
    if template is None or template.user_data_id is None:
        return None
    linked = UserData.find(template.user_data_id)
    if linked is None:
        raise InvalidParameter(f"The user data of template {template.name} is gone; link other user data with it.")
    return linked


def _of_account(account_id: str, key: str) -> UserData:
    kept = UserData.find(key)
    if kept is None or kept.account_id != account_id:
        raise UserData.unknown(key)
    return kept


def _content(kept: UserData) -> bytes:
    content = objects.get(kept.object_key)
    if content is None:
        raise InvalidParameter(f"The content of user data {kept.name} is gone; register it again.")
    return content


def _values(details: dict[str, str], sources: list[UserData]) -> dict[str, str]:
    known = {name for one in sources for name in one.variables}
    if unknown := sorted(details.keys() - known):
        raise InvalidParameter(
            f"userdatadetails has values for {', '.join(unknown)[:200]}, which are no variables of the user data; it has"
            f" {', '.join(sorted(known)) or 'none'}."
        )
    return details


def _joined(first: bytes, second: bytes) -> bytes:
    """Both, as the parts of one message, in this order."""
    whole = MIMEMultipart()
    for part in (first, second):
        try:
            text = part.decode()
        except UnicodeDecodeError:
            raise InvalidParameter(
                "The template's user data comes before yours, which both must be text for; send it uncompressed."
            ) from None
        whole.attach(MIMEText(text, next((kind for mark, kind in KINDS.items() if text.startswith(mark)), "plain")))
    joined = whole.as_bytes()
    if len(joined) > _requests.MAX_USER_DATA:
        raise InvalidParameter("The template's user data and yours are larger than 1 MiB together; shorten yours.")
    return joined
