"""createAccount: a new tenant with its first user."""

from __future__ import annotations

from pydantic import Field

from functions.identity._account import AccountResponse, show_account
from functions.identity._events import tell
from functions.identity._rights import clean_name, closed, governed_domain, require_fits_domain
from functions.identity._role import given_role, hold_role
from functions.identity._user import add_user
from javelin.contract.caller import ADMINS, Caller, RoleType
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Integer, Request, SecretText, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.inheritance import READ_INHERITED
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.role import BUILT_IN, Role
from javelin.data.records.sequence import Sequence
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE

TYPES: dict[int, RoleType] = {0: "User", 1: "Admin", 2: "DomainAdmin", 3: "ResourceAdmin"}


class CreateAccount(Request):
    """Makes an account in a domain, and the first user who acts for it."""

    username: Text = Field(description="The first user's name, that no other user of the domain has")
    password: SecretText = Field(description="The user's password")
    email: Text = Field(description="The user's e-mail address")
    firstname: Text = Field(description="The user's first name")
    lastname: Text = Field(description="The user's last name")
    account: Text | None = Field(None, description="The account's name; the user's when left out")
    accounttype: Integer | None = Field(None, description="0 user, 1 administrator, 2 of a domain, 3 of resources")
    roleid: Uuid | None = Field(None, description="What its users may call; accounttype does not count beside it")
    domainid: Uuid | None = Field(None, description="The domain to be in; the caller's when left out")
    timezone: Text | None = Field(None, description="The user's time zone")
    networkdomain: Text | None = Field(None, description="DNS domain of the account's networks")
    accountdetails: Details | None = Field(None, description="Keys and values to keep with the account")


@operation(
    CreateAccount, roles=ADMINS, answers=AccountResponse, object_name="account", refuses=("accountid", "userid"),
    grants=[
        *READ_INHERITED, Account.write, User.write, Claim.write, Role.write, Sequence.write, Domain.write, *ANNOUNCE,
    ], memory=512,
    event="ACCOUNT.CREATE",
)  # fmt: skip
def handler(request: CreateAccount, caller: Caller) -> Item:
    """Account, user and their names in one transaction; rights are never more than the caller's own."""
    role = given_role(caller, _role_id(request))
    domain = governed_domain(caller, request.domainid)
    require_fits_domain(role.type, domain.path)
    username = clean_name("user", request.username)
    account = Account(
        new_id(), name=clean_name("account", request.account or username), domain_id=domain.id,
        domain_path=domain.path, role_id=role.id, role_type=role.type, network_domain=request.networkdomain,
        details=request.accountdetails, **_limits(role.type),
    )  # fmt: skip
    transaction = Transaction()
    user = add_user(
        transaction, account, username=username, password=request.password, first_name=request.firstname,
        last_name=request.lastname, email=request.email, timezone=request.timezone,
    )  # fmt: skip
    account.user_ids = {user.id}
    taken = InvalidParameter(f"The domain has an account {account.name} already; choose another name.")
    transaction.claim(Account.claim_name(domain.id, account.name), account.id, taken)
    transaction.create(account)
    hold_role(transaction, role)
    transaction.update(Domain(domain.id), [Domain.accounts.add(1)], domain.as_read, closed(domain))
    transaction.commit()
    said = f"Account {account.name} was made with user {username}"
    tell(caller, "ACCOUNT.CREATE", said, "Account", account.id, owner=account)
    return Item("account", show_account(account, [user], caller))


def _limits(kind: str) -> dict[str, int]:
    """What the settings say, for all but the cloud's administrators, who may have what they like."""
    return {} if kind == "Admin" else limits.defaults("account")


def _role_id(request: CreateAccount) -> str:
    if request.roleid is not None:
        return request.roleid
    if request.accounttype not in TYPES:
        raise InvalidParameter("Say what the account may do: give roleid, or accounttype 0, 1, 2 or 3.")
    return BUILT_IN[TYPES[request.accounttype]][0]
