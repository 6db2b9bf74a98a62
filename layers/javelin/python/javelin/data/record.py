"""What all records share: one connection, versions, grants, loading by the caller's right to see.

A record is one DynamoDB table. `version` makes every write compare-and-set; `schema` says which shape an item has, so
that old and new code run side by side (see `Record.upgrades`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute, VersionAttribute
from pynamodb.connection import TableConnection
from pynamodb.connection.base import Connection
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from javelin.contract import asof, explaining
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant, arn
from javelin.data.decoding import Raw, fill
from javelin.discovery.clients import client
from javelin.discovery.names import PREFIX

FIRST_SHAPE = {"N": "1"}
Change = Action  # of one attribute, as `Record.change` and transactions take it
When = Condition  # that must hold for a change

_OPENING = threading.Lock()  # the first request of a process may be several, of threads
_shared: OneConnection | None = None
T = TypeVar("T", bound="Table")
R = TypeVar("R", bound="Record")


def table_name(record: str) -> str:
    """The table of a record class: VirtualMachine -> javelin-VirtualMachine."""
    return f"{PREFIX}-{record}"


class _Access:
    """A grant on the record's table and indexes, as a class attribute."""

    def __init__(self, *verbs: str) -> None:
        self._verbs = tuple(f"dynamodb:{verb}" for verb in verbs)

    def __get__(self, instance: object, owner: type[Model]) -> Grant:
        table = arn("dynamodb", f"table/{owner.Meta.table_name}")
        return Grant(self._verbs, (table, f"{table}/index/*"))


class OneConnection(Connection):
    """PynamoDB over the client that everything else uses: made once, and without what nobody here listens to."""

    @property
    def client(self) -> Any:
        """The process's client of DynamoDB."""
        return client("dynamodb")

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> Any:
        """One request; PynamoDB's own would ask for capacity figures and send signals around it."""
        would = explaining.picture()
        if would is None:
            return self._make_api_call(operation_name, operation_kwargs)
        from javelin.data import unwritten

        return unwritten.dispatch(self._make_api_call, self._key_of, operation_name, operation_kwargs, would)

    def _key_of(self, table: str, item: dict[str, Any]) -> dict[str, Any]:
        about = self.get_meta_table(table)
        return {name: item[name] for name in (about.hash_keyname, about.range_keyname) if name is not None}


class Table(Model):
    """One DynamoDB table over the process's one connection."""

    read: ClassVar[_Access] = _Access("GetItem", "BatchGetItem", "Query")
    check: ClassVar[_Access] = _Access("ConditionCheckItem")
    write: ClassVar[_Access] = _Access("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem",
                                       "ConditionCheckItem")  # fmt: skip

    def __repr__(self) -> str:
        """The key alone: what a record holds is in no log by accident."""
        keys = (type(self)._hash_keyname, type(self)._range_keyname)
        return f"{type(self).__name__}({', '.join(repr(getattr(self, name)) for name in keys if name)})"

    @classmethod
    def _instantiate(cls: type[T], attribute_values: Raw) -> T:
        """The record of an item: PynamoDB calls this for everything it reads."""
        instance = cls.__new__(cls)
        fill(instance, attribute_values)
        return instance

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """PynamoDB opens a client per model; one per process is enough."""
        global _shared  # noqa: PLW0603 - the one connection of the process
        with _OPENING:
            fresh = cls._connection is None or cls._connection.table_name != cls.Meta.table_name
            connection = super()._get_connection()
            if fresh:
                if _shared is None:
                    _shared = OneConnection()
                _shared.add_meta_table(connection.get_meta_table())
                connection.connection = _shared
            return connection


class Record(Table):
    """The base of every record. Subclasses name their table in Meta and say what one item is.

    `upgrades` are what made the second shape of its items out of the first, the third out of the second, and so on.
    They run when an older item is read. Each only adds what is missing, computed from what is there, because an item of
    which older code, or an update in place, wrote a part is upgraded again. Old attributes go one release later.
    """

    version = VersionAttribute()
    schema = NumberAttribute(default=1)
    created = UTCDateTimeAttribute(default=lambda: datetime.now(UTC))

    noun: ClassVar[str] = "object"
    keeps_past: ClassVar[bool] = False  # whether what it was can be asked for, see javelin.data.past
    upgrades: ClassVar[tuple[Callable[[Raw], None], ...]] = ()

    def __init__(self, *keys: Any, **attributes: Any) -> None:
        attributes.setdefault("schema", len(self.upgrades) + 1)
        super().__init__(*keys, **attributes)

    @classmethod
    def _instantiate(cls: type[R], attribute_values: Raw) -> R:
        """See Table; an item of an older shape is upgraded first, one of a newer shape is read as far as it is known.

        What an index shows of an item, which is never its version, is left as it is.
        """
        shape = int(attribute_values.get("schema", FIRST_SHAPE).get("N", 1))
        if shape > len(cls.upgrades) or str(cls._version_attribute_name) not in attribute_values:
            return super()._instantiate(attribute_values)
        item = dict(attribute_values)
        for upgrade in cls.upgrades[shape - 1 :]:
            upgrade(item)
        item["schema"] = {"N": str(len(cls.upgrades) + 1)}
        return super()._instantiate(item)

    @property
    def listed(self) -> bool:
        """Whether the record has a place in the lists of its kind."""
        return True

    def as_changes(self) -> list[Action]:
        """The record as it is now, as changes of its item; attributes that only newer code knows are left alone."""
        kept = {type(self)._hash_keyname, type(self)._range_keyname, type(self)._version_attribute_name}
        attributes = {name: one for name, one in type(self).get_attributes().items() if name not in kept}
        values = {name: getattr(self, name) for name in attributes}
        return [
            attributes[name].remove() if value is None else attributes[name].set(value)
            for name, value in values.items()
        ]

    @classmethod
    def find(cls: type[R], key: str, range_key: Any = None) -> R | None:
        """The item, or None. Reads consistently; when a call asks about the past, the item as it was."""
        if asof.past() is not None and (moment := _past().asked(cls)):
            return next(iter(_past().as_they_were(cls, [key], moment)), None)
        try:
            return cls.get(key, range_key, consistent_read=True)
        except cls.DoesNotExist:
            return None

    def change(self, *actions: Action, when: Condition | None = None) -> bool:
        """Change attributes in place whatever others wrote meanwhile; answers False, unchanged, when `when` does not hold."""
        if self.version is None:
            self.version = 0
        try:
            self.update(list(actions), condition=when, add_version_condition=False)
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True

    @classmethod
    def require(cls: type[R], key: str, range_key: Any = None) -> R:
        """The item. Raises InvalidParameter in the contract's words when there is none."""
        found = cls.find(key, range_key)
        if found is None:
            raise cls.unknown(key)
        return found

    @classmethod
    def unknown(cls, key: str) -> InvalidParameter:
        """The error for an id that names nothing, or nothing that the caller may see: they are the same."""
        return InvalidParameter(f"Unable to find {cls.noun} with id {key}; list them to see which there are.")

    @classmethod
    def load_all(cls: type[R], keys: Iterable[Any]) -> list[R]:
        """The items of these keys in this order; absent ones are left out. 100 to a request."""
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return []
        if asof.past() is not None and (moment := _past().asked(cls)):
            return list(_past().as_they_were(cls, wanted, moment))
        name = hash_name(cls)
        found = {getattr(item, name): item for item in cls.batch_get(wanted, consistent_read=True)}
        return [found[key] for key in wanted if key in found]


def _past() -> Any:
    from javelin.data import past  # which needs records

    return past


def hash_name(model: type[Model]) -> str:
    """The attribute that is the table's partition key."""
    name = model._hash_keyname
    assert name is not None
    return name


class Owned(Record):
    """A record that belongs to an account; lists find it by the account's buckets and the cloud's buckets."""

    keeps_past = True
    stays: ClassVar[bool] = False  # whether it is there still when its account has gone

    id = UnicodeAttribute(hash_key=True)
    account_id = UnicodeAttribute()
    account = UnicodeAttribute()
    domain_id = UnicodeAttribute()
    domain_path = UnicodeAttribute()
    account_bucket = UnicodeAttribute(null=True)
    cloud_bucket = UnicodeAttribute(null=True)
    shelf = UnicodeAttribute(null=True)  # where the cloud's directory has it, see javelin.data.indexes
    notes = NumberAttribute(null=True)  # of operators, see javelin.data.notes
    tags = JSONAttribute(default=list)  # [{"key": ..., "value": ...}], as in the Tag items

    @classmethod
    def visible_to(cls: type[R], caller: Caller, key: str) -> R:
        """The item if the caller may see it. Otherwise the same error as for one that does not exist."""
        found = cls.find(key)
        if found is None or not caller.sees(found.account_id, found.domain_path):  # type: ignore[attr-defined]  # an Owned
            raise cls.unknown(key)
        return found


class Shared(Record):
    """A record of the cloud itself (zones, offerings ...); lists find it by the cloud's buckets."""

    keeps_past = True

    id = UnicodeAttribute(hash_key=True)
    cloud_bucket = UnicodeAttribute(null=True)
    shelf = UnicodeAttribute(null=True)
    notes = NumberAttribute(null=True)  # of operators, see javelin.data.notes


class ByCloud(GlobalSecondaryIndex[Any]):
    """Answers: which items are in this bucket of the whole cloud, in creation order?"""

    class Meta:
        index_name = "by_cloud"
        projection = KeysOnlyProjection()

    cloud_bucket = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class ByAccount(GlobalSecondaryIndex[Any]):
    """Answers: which items are in this bucket of an account, in creation order?"""

    class Meta:
        index_name = "by_account"
        projection = KeysOnlyProjection()

    account_bucket = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
