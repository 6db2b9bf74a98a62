"""Objects in the image bucket: templates and user data, handed to hosts by presigned addresses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from javelin.contract import explaining
from javelin.contract.grants import Grant
from javelin.discovery.clients import client

BUCKET = "JAVELIN_IMAGES_BUCKET"
PAGE = 1000  # keys, the most that S3 answers at once
LIFETIME = 6 * 3600  # seconds that a presigned address is good for

_KEYS = "arn:{partition}:s3:::javelin-images-{account}-{region}/"

# For `size`, `names`, and for `get`: to whom may not list, S3 answers 403 for what is not there.
LOOK = Grant(("s3:ListBucket",), ("arn:{partition}:s3:::javelin-images-{account}-{region}",))


def may(verb: str, prefix: str) -> Grant:
    """The grant to Get, Put or Delete objects whose keys start with a prefix."""
    return Grant((f"s3:{verb}Object",), (f"{_KEYS}{prefix}*",))


def put(key: str, content: bytes) -> None:
    """Store an object."""
    if would := explaining.picture():
        would.add("objects", {"stores": key.partition("/")[0], "bytes": len(content)})
        return
    client("s3").put_object(Bucket=os.environ[BUCKET], Key=key, Body=content)


def get(key: str) -> bytes | None:
    """An object's content, or None when there is none."""
    store = client("s3")
    try:
        content: bytes = store.get_object(Bucket=os.environ[BUCKET], Key=key)["Body"].read()
    except store.exceptions.NoSuchKey:
        return None
    return content


def size(key: str) -> int | None:
    """An object's bytes, or None when there is none (yet)."""
    store = client("s3")
    listed = store.list_objects_v2(Bucket=os.environ[BUCKET], Prefix=key, MaxKeys=1).get("Contents", [])
    return next((int(found["Size"]) for found in listed if found["Key"] == key), None)


def names(prefix: str) -> Iterator[str]:
    """What follows the prefix in the keys of all objects that begin with it, so many to a request."""
    more: dict[str, Any] = {}
    while True:
        page = client("s3").list_objects_v2(Bucket=os.environ[BUCKET], Prefix=prefix, MaxKeys=PAGE, **more)
        yield from (found["Key"].removeprefix(prefix) for found in page.get("Contents", []))
        if not page.get("IsTruncated"):
            return
        more = {"ContinuationToken": page["NextContinuationToken"]}


def delete(key: str) -> None:
    """Remove an object; absent is success."""
    if would := explaining.picture():
        would.add("objects", {"removes": key.partition("/")[0]})
        return
    client("s3").delete_object(Bucket=os.environ[BUCKET], Key=key)


def address(key: str, *, upload: bool = False) -> str:
    """An address that reads (or with `upload` writes) one object for a few hours, without credentials."""
    method = "put_object" if upload else "get_object"
    parameters: dict[str, Any] = {"Bucket": os.environ[BUCKET], "Key": key}
    url: str = client("s3").generate_presigned_url(method, Params=parameters, ExpiresIn=LIFETIME)
    return url
