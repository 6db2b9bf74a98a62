"""generateAlert: tell operators of something by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from functions.events._alerts import alert, type_of
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Integer, Length, Request, Text
from javelin.contract.responses import Accepted
from javelin.data.records.alert import Alert
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class GenerateAlert(Request):
    """Makes an alert. The same is made once in an hour."""

    type: Integer = Field(description="The number of its type; see listAlertTypes")
    name: Text = Field(description="What it is called")
    description: Annotated[Text, Length(999)] = Field(description="What there is to look at")


@operation(
    GenerateAlert, roles=ROOT, asynchronous=True, event="ALERT.GENERATE", refuses=("zoneid", "podid"),
    grants=[Alert.write, Sequence.write, *jobs.START_JOB],
)  # fmt: skip
def handler(request: GenerateAlert, caller: Caller) -> Accepted:
    """A job that is done at once."""
    made = alert(type_of(str(request.type)), request.name, request.description, "", datetime.now(UTC))
    transaction = Transaction()
    transaction.create(made, InvalidParameter("There is this alert already, of this hour; say what is new about it."))
    return jobs.done(caller, transaction, command="generateAlert", result={"success": True})
