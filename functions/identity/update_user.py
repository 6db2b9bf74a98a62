"""updateUser: what is known of a user, and its password."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._keys import chosen_key, days_of_keys, read_access, replace_key
from functions.identity._rights import clean_name, governed_user, own_user_or_admin
from functions.identity._user import UserResponse, show_user
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, SecretText, Text, Uuid
from javelin.contract.responses import Item
from javelin.contract.secret import Secret
from javelin.data import settings
from javelin.data.inheritance import READ_INHERITED
from javelin.data.password_policy import require_good
from javelin.data.passwords import hash_password, password_matches
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.claim import Claim
from javelin.data.records.role import Role
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE
from javelin.sync.attempts import COUNT_ATTEMPTS, Attempts, login_of


class UpdateUser(Request):
    """Changes a user; who changes its own password gives the present one too."""

    id: Uuid = Field(description="The user")
    username: Text | None = Field(None, description="A new name, that no other user of the domain has")
    password: SecretText | None = Field(None, description="A new password; the user's sessions end")
    currentpassword: SecretText | None = Field(None, description="The present password, to change one's own")
    email: Text | None = Field(None, description="E-mail address")
    firstname: Text | None = Field(None, description="First name")
    lastname: Text | None = Field(None, description="Last name")
    timezone: Text | None = Field(None, description="Time zone")
    userapikey: Text | None = Field(None, description="The public half of a key pair to have from now on")
    usersecretkey: SecretText | None = Field(None, description="The secret half of that pair")
    apikeyaccess: Text | None = Field(
        None, description="Whether keys may be used: Enabled, Disabled or Inherit; for root"
    )
    mandate2fa: Flag | None = Field(None, description="Whether the user must have a second factor; for administrators")


@operation(
    UpdateUser, roles=EVERYONE, answers=UserResponse, object_name="user", memory=512,
    grants=[*READ_INHERITED, COUNT_ATTEMPTS, User.write, ApiKey.write, Claim.write, Account.read, Role.read, *ANNOUNCE],
    event="USER.UPDATE",
)  # fmt: skip
def handler(request: UpdateUser, caller: Caller) -> Item:
    """Name and record change together."""
    user, account = governed_user(caller, request.id)
    own_user_or_admin(caller, user)
    transaction = Transaction()
    if request.password:
        if user.id == caller.user_id and user.password:
            _require_proof(request.currentpassword, user)
        name = clean_name("user", request.username or user.username)
        require_good(request.password, name, user.domain_id, user.domain_path)
        user.password = hash_password(request.password)
    if request.username and clean_name("user", request.username).lower() != user.username.lower():
        taken = InvalidParameter(f"The domain has a user {request.username} already; choose another name.")
        transaction.claim(User.claim_name(user.domain_id, clean_name("user", request.username)), user.id, taken)
        transaction.release(User.claim_name(user.domain_id, user.username))
    user.username = clean_name("user", request.username or user.username)
    user.email = request.email or user.email
    user.first_name = request.firstname or user.first_name
    user.last_name = request.lastname or user.last_name
    user.timezone = request.timezone or user.timezone
    if request.userapikey is not None or request.usersecretkey is not None:
        key = chosen_key(user, request.userapikey, request.usersecretkey)
        replace_key(transaction, user, key, days_of_keys(user))
    if request.apikeyaccess is not None:
        user.api_key_access = read_access(caller, request.apikeyaccess)
    if request.mandate2fa is not None:
        _require_other(caller, user)
        user.second_factor_mandated = request.mandate2fa
    transaction.save(user)
    transaction.commit()
    tell(
        caller,
        "USER.UPDATE",
        f"User {user.username} of account {account.name} was changed",
        "User",
        user.id,
        owner=account,
    )
    return Item("user", show_user(user, account, caller))


def _require_other(caller: Caller, user: User) -> None:
    """Raise PermissionDenied for who would free itself; plain users change nobody else anyway."""
    if user.id == caller.user_id:
        raise PermissionDenied(
            "Another administrator says whether you must have a second factor; leave mandate2fa out."
        )


def _require_proof(given: Secret | None, user: User) -> None:
    """Raise PermissionDenied unless the present password is given; wrong ones count as wrong logins do."""
    missing = PermissionDenied("Give your present password in currentpassword to set a new one.")
    if given is None:
        raise missing
    attempts = Attempts(
        login_of(user.domain_id, user.username), *settings.values(settings.LOGIN_ATTEMPTS, settings.LOGIN_SECONDS)
    )
    attempts.take()
    if not password_matches(given, user.password):
        raise missing
    attempts.forget()
