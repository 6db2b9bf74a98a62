"""What an administrator does to somebody's things is told to that somebody: operation by operation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud import handlers
from tests.unit.furnished.cloud import Furnished, account_name, furnished_cloud
from tests.unit.furnished.ready import ASKED, BEFORE, OWNER, Functions
from tests.unit.furnished.requests import Learner

ADMIN = "domainadmin"
COMMANDS = sorted(name for name, one in handlers().items() if one.event and "DomainAdmin" in one.roles)
CALLERS_OWN = {  # and why
    "archiveEvents": "It moves events of many accounts at once.",
    "createAccount": "Nobody is in the account yet.",
    "createDomain": "Nobody is in the domain yet.",
    "createProject": "It is told to the project, which has an id only then.",
    "deleteAccount": "Nobody is left to read it.",
    "deleteEvents": "It deletes events of many accounts at once.",
    "deleteProject": "Nobody is left to read it.",
    "enableAccount": "The account is enabled already, so that nothing became of it.",
    "enableUser": "The user is enabled already, so that nothing became of it.",
    "updateResourceCount": "Counting anew changes nothing that the account has.",
}
REFUSED = {  # what domain admins may do with nothing of this tenant's, and why
    **dict.fromkeys(("createDiskOffering", "createServiceOffering"), "Offerings for all are operators'."),
    **dict.fromkeys(
        ("deleteDiskOffering", "deleteServiceOffering", "updateDiskOffering", "updateServiceOffering"),
        "Offerings are nobody's own.",
    ),
    "deleteDomain": "Domain admins delete none but those below their own.",
    "setupUserTwoFactorAuthentication": "Second factors are not on in this domain.",
    "updateConfiguration": "Settings are nobody's own.",
    "updateProjectInvitation": "Who is invited answers.",
    "validateUserTwoFactorAuthenticationCode": "Who has the factor proves it.",
}


@pytest.fixture(scope="module")
def learner() -> Iterator[Learner]:
    """One cloud for all."""
    with furnished_cloud() as cloud:
        cloud.services["lambda"] = Functions()
        yield Learner(cloud)


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_told_to_whom_it_happens(learner: Learner, command: str) -> None:
    furnished = learner.furnished
    heard = furnished.services["sns"].events
    request = dict(ASKED.get(command) or learner.known(command, ADMIN, OWNER) or {})
    if "account" in handlers()[command].request.model_fields and not {"account", "id"} & request.keys():
        request |= {"account": account_name(OWNER), "domainid": furnished.id_of("Domain", OWNER)}
    BEFORE.get(command, lambda: None)()
    heard.clear()
    answer = furnished.call(command, ADMIN, request)
    furnished.refurnish()
    assert ("error" in answer) is (command in REFUSED or command == "createAccount"), answer
    told = {event["account_id"] for event in heard} | {_whose(furnished, one) for one in [answer.get("event")] if one}
    ours = {furnished.id_of("Account", OWNER), furnished.id_of("Project", OWNER)}
    assert told, "nothing was told"
    assert (told <= ours) is (command not in CALLERS_OWN | REFUSED), told


def _whose(furnished: Furnished, event: dict[str, str]) -> str:
    """Whose event it is that the edge tells: the caller's unless it says otherwise."""
    return event.get("account_id") or furnished.callers[ADMIN].account_id
