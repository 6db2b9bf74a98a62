"""Parameters as CloudStack binds them: strings off the wire to typed values, or the contract's refusal.

The rules are those of shared/api/protocol.md, section 1: names ignore case, `name[0].key=value` builds maps, lists are
comma-separated, a boolean is true only when it says "true".
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from javelin.contract.errors import InvalidParameter, MalformedParameter
from javelin.contract.secret import Secret

DEFAULT_LENGTH = 255
MAX_LIST = 500
MAX_MAP_ROWS = 500
MAX_MAP_VALUE = 5120
MAX_MAP_BYTES = 128 * 1024  # of all maps of a call: a record that keeps them has to fit into an item
CONTROL_CHARACTERS = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAP_NAME = re.compile(r"^([^\[\].]+)\[(\d{1,6})\](?:\.([^\[\]]{1,255}))?$")


@dataclass(frozen=True)
class Kind:
    """A type of the contract: its name in `listApis`, and how a string becomes a value."""

    name: str
    convert: Callable[[str], Any]


def _whole(low: int, high: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        number = int(text.strip())
        if not low <= number <= high:
            raise ValueError(f"it must be between {low} and {high}")
        return number

    return convert


def _uuid(text: str) -> str:
    if text == "-1":
        return text
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError("it is not the id of anything; give the UUID that a list command shows") from None


def moment_of(text: str) -> datetime:
    """A time in one of the contract's forms. Raises ValueError."""
    for pattern in ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S"):
        try:
            parsed = datetime.strptime(text, pattern)  # noqa: DTZ007 - the third form has no zone and means UTC
        except ValueError:
            continue
        return _in_utc(parsed) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("it is not a date; write 2026-01-31T12:00:00+0000 or 2026-01-31") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is before the first year or after the last one, in UTC") from None


def _end_moment(text: str) -> datetime:
    """A day without a time means all of it."""
    moment = moment_of(text)
    return moment + timedelta(days=1, microseconds=-1) if DAY.fullmatch(text) else moment


def _list(text: str) -> list[str]:
    values = [piece.strip() for piece in text.split(",") if piece.strip()]
    if len(values) > MAX_LIST:
        raise ValueError(f"it has more than {MAX_LIST} values")
    if any(len(value) > DEFAULT_LENGTH for value in values):
        raise ValueError(f"it has a value of more than {DEFAULT_LENGTH} characters")
    return values


def _uuid_list(text: str) -> list[str]:
    return [_uuid(piece) for piece in _list(text)]


Text = Annotated[str, Kind("string", str)]
SecretText = Annotated[Secret, Kind("string", Secret)]
Uuid = Annotated[str, Kind("uuid", _uuid)]
Flag = Annotated[bool, Kind("boolean", lambda text: text.strip().lower() == "true")]
Integer = Annotated[int, Kind("integer", _whole(-(2**31), 2**31 - 1))]
Long = Annotated[int, Kind("long", _whole(-(2**63), 2**63 - 1))]
Number = Annotated[float, Kind("float", float)]
Moment = Annotated[datetime, Kind("date", moment_of)]
EndMoment = Annotated[datetime, Kind("date", _end_moment)]
TextList = Annotated[list[str], Kind("list", _list)]
UuidList = Annotated[list[str], Kind("list", _uuid_list)]
Rows = Annotated[list[dict[str, str]], Kind("map", str)]  # [{"key": ..., "value": ...}, ...] in index order
Details = Annotated[dict[str, str], Kind("map", str)]  # all rows folded into one: details[0].cpu=1 -> {"cpu": "1"}


class Request(BaseModel):
    """The parameters of a command. The class is named as the command, its docstring describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


R = TypeVar("R", bound=Request)


class ListRequest(Request):
    """What every list takes."""

    keyword: Text | None = Field(None, description="Keep the rows whose name contains this")
    page: Integer | None = Field(None, description="Which page, from 1; needs pagesize")
    pagesize: Integer | None = Field(None, description="Rows on a page, at most 500; -1 for all, without page")


class OwnedListRequest(ListRequest):
    """What every list of owned things takes."""

    account: Text | None = Field(None, description="Keep what this account owns; needs domainid")
    domainid: Uuid | None = Field(None, description="Keep what belongs to this domain")
    isrecursive: Flag = Field(False, description="Take the domains below the given one too")
    listall: Flag = Field(False, description="Take everything that the caller may see, not only what it owns")
    projectid: Uuid | None = Field(None, description="Keep what belongs to this project; -1 for all of the caller's")


def metadata_of(field: FieldInfo) -> list[Any]:
    """What the field's annotation says besides its type, inside of unions too: Annotated[Text, OneOf(...)] | None."""
    found = list(field.metadata)
    waiting: list[Any] = [field.annotation]
    while waiting:
        annotation = waiting.pop()
        origin = get_origin(annotation)
        if origin is Annotated:
            found.extend(get_args(annotation)[1:])
        elif origin in (Union, types.UnionType):
            waiting.extend(get_args(annotation))
    return found


def kind_of(field: FieldInfo) -> Kind:
    """The contract's type of a request's field. Raises TypeError if the annotation has none."""
    for item in metadata_of(field):
        if isinstance(item, Kind):
            return item
    raise TypeError(f"{field.annotation} is not one of the contract's parameter types")


def bind(model: type[R], raw: dict[str, str]) -> R:
    """The request that these parameters make; unknown names are ignored.

    Raises InvalidParameter or MalformedParameter.
    """
    plain, maps = _split(raw)
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        kind = kind_of(field)
        if kind.name == "map":
            if plain.get(name):
                raise InvalidParameter(f"Parameter {name} has rows: write {name}[0].key=value, not {name}=....")
            if name in maps:
                values[name] = _map_value(name, field, maps[name])
            elif field.is_required():
                raise InvalidParameter(f"Parameter {name} is required: give {name}[0].key=... or leave the call.")
            continue
        text = plain.get(name)
        if text is None or (text == "" and MAY_BE_EMPTY not in metadata_of(field)):
            if field.is_required():
                raise InvalidParameter(
                    f"Unable to execute the call: parameter {name} is missing; add {name}=<{kind.name}>."
                )
            if text == "" and kind.name == "long":
                raise InvalidParameter(f"Parameter {name} is empty: give a number or leave it out.")
            continue
        values[name] = _value(name, field, kind, text)
    defaults = {
        name: _default(field)
        for name, field in model.model_fields.items()
        if name not in values and not field.is_required()
    }
    return cast(R, model.model_construct(_fields_set=set(values), **defaults, **values))


def _default(field: FieldInfo) -> Any:
    """Pydantic would look at how the factory is to be called, every time."""
    if field.default_factory is None:
        return field.get_default()
    return cast(Callable[[], Any], field.default_factory)()


def _value(name: str, field: FieldInfo, kind: Kind, text: str) -> Any:
    limit = length_of(field)
    if kind.name == "string" and len(text) > limit:
        raise InvalidParameter(f"Parameter {name} is longer than the {limit} characters that it may have; shorten it.")
    try:
        value = kind.convert(text)
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(f"Unable to read parameter {name} as {kind.name}: {error}.") from None
    for item in metadata_of(field):
        choices = getattr(item, "choices", None)
        if choices and value not in choices:
            raise InvalidParameter(f"Parameter {name} must be one of {', '.join(choices)}.")
    return value


@dataclass(frozen=True)
class OneOf:
    """Metadata: the values that a parameter may have."""

    choices: tuple[str, ...]


@dataclass(frozen=True)
class Length:
    """Metadata: how many characters a string may have when it is not the default 255."""

    limit: int


MAY_BE_EMPTY = "may be empty"  # metadata: an empty text is a value, not one that is left out


def length_of(field: FieldInfo) -> int:
    """How many characters the field takes."""
    for item in metadata_of(field):
        if isinstance(item, Length):
            return item.limit
    return DEFAULT_LENGTH


def _split(raw: dict[str, str]) -> tuple[dict[str, str], dict[str, dict[int, dict[str, str]]]]:
    plain: dict[str, str] = {}
    maps: dict[str, dict[int, dict[str, str]]] = {}
    room = MAX_MAP_BYTES
    for name, value in raw.items():
        if CONTROL_CHARACTERS.search(value) or CONTROL_CHARACTERS.search(name):
            shown = CONTROL_CHARACTERS.sub("?", name[:64])
            raise InvalidParameter(f"Parameter {shown} holds a control character; only line ends may be in a value.")
        if "[" not in name:
            plain[name.lower()] = value
            continue
        match = _MAP_NAME.match(name)
        if not match:
            raise MalformedParameter(f"Parameter {name[:64]} is malformed: write name[0].key=value.")
        if len(value) > MAX_MAP_VALUE:
            raise InvalidParameter(
                f"Parameter {name[:64]} is longer than the {MAX_MAP_VALUE} characters that it may have."
            )
        room -= len(name.encode()) + len(value.encode())
        if room < 0:
            raise InvalidParameter(f"The call's maps have more than {MAX_MAP_BYTES} bytes in all; send less.")
        rows = maps.setdefault(match[1].lower(), {})
        rows.setdefault(int(match[2]), {})[match[3] or ""] = value
        if len(rows) > MAX_MAP_ROWS:
            raise InvalidParameter(f"Parameter {match[1]} has more than {MAX_MAP_ROWS} rows.")
    return plain, maps


def _map_value(name: str, field: FieldInfo, rows: dict[int, dict[str, str]]) -> Any:
    ordered = [rows[index] for index in sorted(rows)]
    annotation = str(field.annotation)
    if "list[" in annotation:
        return ordered
    folded: dict[str, str] = {}
    for row in ordered:
        if "" in row:
            raise MalformedParameter(f"A row of parameter {name} has no key: write {name}[0].key=value.")
        if "key" in row and "value" in row:
            folded[row["key"]] = row["value"]
        else:
            folded.update(row)
    return folded
