"""Accounts let in and kept out; the edge asks an account's state with every request."""

from __future__ import annotations

from typing import Literal

from functions.identity._account import AccountResponse, show_account, users_of
from functions.identity._events import tell
from functions.identity._rights import governed_account
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter, ResourceInUse
from javelin.contract.grants import Grant
from javelin.data.reach import account_named
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.claim import Claim
from javelin.data.records.lease import Lease
from javelin.data.records.role import Role
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE
from javelin.sync import lease

CHANGE_STATE: tuple[Grant, ...] = (Account.write, Claim.read, Role.read, Lease.read, User.read, *ANNOUNCE)
_EVENTS = {"enabled": "ACCOUNT.ENABLE", "disabled": "ACCOUNT.DISABLE", "locked": "ACCOUNT.LOCK"}


def chosen(caller: Caller, account_id: str | None, name: str | None, domain_id: str | None) -> Account:
    """The account that is named by its id, or by its name and domain, if the caller may change it."""
    if account_id is None and name is None:
        raise InvalidParameter("Say which account: give id, or account and domainid.")
    return governed_account(caller, account_id or account_named(caller, name, domain_id).id)


def change_state(caller: Caller, account: Account, state: Literal["enabled", "disabled", "locked"]) -> AccountResponse:
    """Let the account's users in, or keep them out. Being so already is success."""
    if state != "enabled":
        require_not_indispensable(caller, account)
    if account.closing is not None and state == "enabled" and lease.holders([account.id]):
        raise ResourceInUse("The account is being deleted; only if that fails can it be enabled again.")
    if account.state != state:
        _change(account, state)
        tell(caller, _EVENTS[state], f"Account {account.name} is {state}", "Account", account.id, owner=account)
    return show_account(account, users_of([account]), caller)


def _change(account: Account, state: str) -> None:
    """Whatever is counted for the account meanwhile; but none is enabled of which a deletion begins."""
    closing = account.closing is not None
    actions = [Account.state.set(state)]
    as_read = Account.id.exists()
    if state == "enabled":
        actions.append(Account.closing.remove())
        as_read &= Account.closing.exists() if closing else Account.closing.does_not_exist()
        account.closing = None
    transaction = Transaction()
    transaction.update(account, actions, as_read, versioned=closing)
    transaction.commit()
    account.state = state


def require_not_indispensable(caller: Caller, account: Account) -> None:
    """Raise InvalidParameter for the caller's own account and the first one, who must not lock themselves out."""
    if account.id in (caller.account_id, ROOT_ACCOUNT):
        raise InvalidParameter("Neither your own account nor the first one can be kept out; name another.")


def disabling(account: Account) -> Transaction:
    """A transaction that keeps the account's users out."""
    transaction = Transaction()
    transaction.update(account, [Account.state.set("disabled")], Account.id.exists(), Account.unknown(account.id))
    return transaction
