"""SecretAttribute: a text that a record keeps and that nothing which prints or passes the record shows."""

from __future__ import annotations

from pynamodb.attributes import Attribute
from pynamodb.constants import STRING

from javelin.contract.secret import Secret


class SecretAttribute(Attribute[Secret]):
    """A string in the item, a Secret in the record."""

    attr_type = STRING

    def serialize(self, value: Secret) -> str:
        """As the item has it."""
        return value.reveal()

    def deserialize(self, value: str) -> Secret:
        """As it was given."""
        return Secret(value)
