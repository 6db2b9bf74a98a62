"""User data and network configurations that are kept under a name: kept, listed, forgotten in the same way."""

from __future__ import annotations

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pydantic import Field

from functions.compute import _requests
from javelin.contract.caller import Caller
from javelin.contract.errors import ApiError, InvalidParameter, ResourceInUse
from javelin.contract.grants import Grant
from javelin.contract.parameters import OwnedListRequest, Request, Text, Uuid
from javelin.contract.responses import AnnotatedResponse, OwnedResponse
from javelin.contract.secret import Secret
from javelin.data import limits, tags
from javelin.data.counting import holds
from javelin.data.filters import Filters
from javelin.data.ids import new_id
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.owners import owner
from javelin.data.reach import REACH, account_named
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.sequence import Sequence
from javelin.data.records.tag import Tag
from javelin.data.records.user_data import KEPT, UserData
from javelin.data.transaction import Transaction
from javelin.messaging import objects
from javelin.messaging.events import ANNOUNCE

K = TypeVar("K", bound=UserData)

KEEP: tuple[Grant, ...] = (
    Claim.write, Sequence.write, Account.check, *REACH, objects.may("Put", KEPT), objects.may("Delete", KEPT), *ANNOUNCE,
)  # fmt: skip
LIST: tuple[Grant, ...] = (*READ_LISTS, objects.may("Get", KEPT), objects.LOOK)
FORGET: tuple[Grant, ...] = (Claim.write, Tag.write, *REACH, objects.may("Delete", KEPT), *ANNOUNCE)
MOST_SHOWN = 3 * 2**20  # bytes of content in one answer
VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")  # no name of the metadata that every guest has


class Registration(Request):
    """What everything that is kept under a name is registered with."""

    name: Text = Field(description="A name that nothing else of its kind has in the account")
    params: Text | None = Field(None, description="Variables that a deployment gives values for, separated by commas")
    account: Text | None = Field(None, description="The account to own it; needs domainid")
    domainid: Uuid | None = Field(None, description="The account's domain")
    projectid: Uuid | None = Field(None, description="The project that owns it, instead of account and domainid")


class KeptListRequest(OwnedListRequest):
    """What lists of what is kept under a name take."""

    id: Uuid | None = Field(None, description="Only this one")
    name: Text | None = Field(None, description="Only the one of this name")


class Removal(Request):
    """What is kept under a name and is to be forgotten."""

    id: Uuid = Field(description="What to forget")
    account: Text | None = Field(None, description="The account that owns it; needs domainid")
    domainid: Uuid | None = Field(None, description="The account's domain")
    projectid: Uuid | None = Field(None, description="The project that owns it, instead of account and domainid")


class KeptUserDataResponse(OwnedResponse, AnnotatedResponse):
    """What guests are given at their first boot, under its name."""

    id: str = Field(description="Its id")
    name: str = Field(description="Its name")
    accountid: str = Field(description="The account that it belongs to")
    domainid: str = Field(description="That account's domain")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    params: str | None = Field(None, description="The variables that a deployment may give values for")
    userdata: Secret | None = Field(None, description="Its content, in base64")


def keep(record: type[K], request: Registration, caller: Caller, given: Secret | None) -> K:
    """Keep a content under the request's name."""
    account = account_named(caller, request.account, request.domainid, request.projectid)
    name = request.name.strip()
    if not name or "/" in name:
        raise InvalidParameter("The name must have a visible character and no slash; choose another.")
    content = _requests.user_data(given)
    if not content:
        raise InvalidParameter(f"There is no content; give that of the {record.noun} in base64.")
    kept = record(
        new_id(), account_id=account.id, account=account.name, domain_id=account.domain_id,
        domain_path=account.domain_path, name=name, variables=_variables(request.params), size=len(content),
    )  # fmt: skip
    transaction = Transaction()
    taken = InvalidParameter(f"Account {account.name} has {record.noun} named {name} already; choose another name.")
    transaction.claim(record.key_of(account.id, name), kept.id, taken)
    transaction.create(kept)
    limits.require_as_read(transaction, account)
    objects.put(kept.object_key, content)
    try:
        transaction.commit()
    except ApiError:
        objects.delete(kept.object_key)
        raise
    return kept


def listed(record: type[K], request: KeptListRequest, caller: Caller) -> tuple[list[KeptUserDataResponse], int]:
    """A page of it with the contents, and how many there are. Raises InvalidParameter if an answer cannot hold them."""
    filters = Filters().equal("name", request.name).contains(request.keyword, "name")
    rows, count = list_owned(record, caller, request, filters, [request.id] if request.id else None)
    size = sum(int(row.size) for row in rows)
    if size > MOST_SHOWN:
        raise InvalidParameter(
            f"These have {size} bytes, and an answer holds {MOST_SHOWN}; ask for smaller pages, or for one by its id."
        )
    with ThreadPoolExecutor(8) as pool:
        contents = list(pool.map(lambda row: objects.get(row.object_key), rows))
    return [show(row, content) for row, content in zip(rows, contents, strict=True)], count


def removed(record: type[K], request: Removal, caller: Caller) -> K:
    """What the request names; of another account than the one that it names, it is as if absent."""
    kept = record.visible_to(caller, request.id)
    if request.account or request.domainid or request.projectid:
        account = account_named(caller, request.account, request.domainid, request.projectid, adds=False)
        if account.id != kept.account_id:
            raise record.unknown(request.id)
    return kept


def forget(kept: UserData) -> None:
    """Forget it; its name is free again."""
    transaction = Transaction()
    used = ResourceInUse(f"A template was linked with {kept.noun} {kept.name} meanwhile, or it is gone; look again.")
    transaction.delete(kept, holds(type(kept)), used)
    transaction.release(kept.key_of(kept.account_id, kept.name))
    tags.forget(transaction, kept)
    transaction.commit()
    objects.delete(kept.object_key)


def show(kept: UserData, content: bytes | None = None) -> KeptUserDataResponse:
    """How it is shown, with its content where that is known."""
    return KeptUserDataResponse(
        hasannotations=bool(kept.notes),
        id=kept.id, name=kept.name, accountid=kept.account_id, **owner(kept), domainid=kept.domain_id,
        domain=name_of(kept.domain_path), domainpath=shown_path(kept.domain_path),
        params=",".join(kept.variables) or None,
        userdata=None if content is None else Secret(base64.b64encode(content).decode()),
    )  # fmt: skip


def _variables(text: str | None) -> list[str]:
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    wrong = [name for name in names if not VARIABLE.match(name)]
    if wrong or len(set(names)) != len(names):
        raise InvalidParameter("params are names of letters, digits and underscores, each once, separated by commas.")
    return names
