"""Puts packages and component stacks where CloudFormation finds them, and says what parameters the root stack needs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.packaging import code

ROOT_TEMPLATE = code.ROOT / "template.yaml"
STACKS = code.ROOT / "infra/stacks"


@dataclass(frozen=True)
class Aws:
    """An AWS to deploy to: Amazon's when there is no endpoint."""

    region: str
    endpoint: str | None = None
    credentials: tuple[str, str] | None = None

    def client(self, service: str) -> Any:
        """A client of one service."""
        key, secret = self.credentials or (None, None)
        return boto3.client(  # type: ignore[call-overload]  # the stubs list names, we take any
            service, region_name=self.region, endpoint_url=self.endpoint, aws_access_key_id=key,
            aws_secret_access_key=secret,
        )  # fmt: skip

    def account(self) -> str:
        """The number of the account."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def object_url(self, bucket: str, key: str) -> str:
        """How CloudFormation names an object."""
        if self.endpoint:
            return f"{self.endpoint}/{bucket}/{key}"
        return f"https://{bucket}.s3.{self.region}.amazonaws.com/{key}"


@dataclass(frozen=True)
class Published:
    """What a deployment needs to know of what was uploaded."""

    template_url: str
    parameters: dict[str, str]


def artifacts(public_url: str, vendor: code.Package) -> tuple[dict[str, bytes], dict[str, str]]:
    """What to upload by key, and the root stack's parameters but for the bucket and its address."""
    packages = {"CodeKey": code.code(), "LibraryKey": code.library(), "VendorKey": vendor}
    code.expect_to_fit(packages.values())
    templates = [ROOT_TEMPLATE, *sorted(STACKS.glob("*.yaml"))]
    prefix = f"stacks/{_digest(templates)}"
    objects = {package.key: package.content for package in packages.values()}
    objects.update({f"{prefix}/{path.name}": path.read_bytes() for path in templates})
    keys = {name: package.key for name, package in packages.items()}
    return objects, {**keys, "StacksUrl": prefix, "PublicUrl": public_url}


def publish(aws: Aws, public_url: str, vendor: code.Package) -> Published:
    """Upload what is not there yet; an object's name tells its content, so what is there is right."""
    objects, parameters = artifacts(public_url, vendor)
    store, bucket = aws.client("s3"), f"javelin-artifacts-{aws.account()}-{aws.region}"
    _ensure_bucket(store, bucket, aws.region)
    there = _keys(store, bucket)
    for key, content in objects.items():
        if key not in there:
            store.put_object(Bucket=bucket, Key=key, Body=content)
    prefix = parameters["StacksUrl"]
    address = aws.object_url(bucket, prefix)
    return Published(f"{address}/{ROOT_TEMPLATE.name}", {**parameters, "ArtifactBucket": bucket, "StacksUrl": address})


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _keys(store: Any, bucket: str) -> set[str]:
    pages = store.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {row["Key"] for page in pages for row in page.get("Contents", [])}


def _ensure_bucket(store: Any, bucket: str, region: str) -> None:
    try:
        store.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
    else:
        return
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    store.create_bucket(Bucket=bucket, **where)
    blocked = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    store.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocked)
