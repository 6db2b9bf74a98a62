"""What an account owns is made where the account is: the transaction looks at that, or the account is moved in between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from javelin.data.owned_records import owned_records
from javelin.data.records.account import ROOT_ACCOUNT, Account

Json = dict[str, Any]
TOLD = {  # of where the account was when it called, or of what happened
    "Job", "Event", "ArchivedEvent", "UsageRecord", "WebhookDelivery",
}  # fmt: skip


def unplaced(service: str, operation: str, given: Json) -> Iterator[str]:
    """The tables of what the request makes without a look at where its account is."""
    if (service, operation) != ("dynamodb", "TransactWriteItems"):
        return
    parts = [(kind, part) for item in given["TransactItems"] for kind, part in item.items()]
    if any("domain_path" in part.get("ExpressionAttributeNames", {}).values() for kind, part in parts if kind != "Put"):
        return
    tables = {one.Meta.table_name for name, one in owned_records().items() if name not in TOLD}
    puts = [part for kind, part in parts if kind == "Put"]
    made = [put["TableName"] for put in puts if put["Item"].get("account_id") != {"S": ROOT_ACCOUNT}]  # which stays
    if Account.Meta.table_name not in made:
        yield from sorted(tables.intersection(made))
