"""SSH key pairs: registered, made, listed, deleted."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from javelin.data.records.ssh_key_pair import SshKeyPair
from tests.cloud import Cloud, Refused

BLOB = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20" + bytes(range(32))
LINE = f"ssh-ed25519 {base64.b64encode(BLOB).decode()}"


@pytest.mark.parametrize("given", [LINE, f"  {LINE} me@home\n", base64.b64encode(f"{LINE} me".encode()).decode()])
def test_a_key_is_kept_without_its_comment(cloud: Cloud, given: str) -> None:
    made = cloud.call("registerSSHKeyPair", name="k", publickey=given)["keypair"]
    assert SshKeyPair.require(made["id"]).public_key == LINE
    assert len(made["fingerprint"].split(":")) == 16
    assert "privatekey" not in made
    assert cloud.call("listSSHKeyPairs", fingerprint=made["fingerprint"])["sshkeypair"][0]["name"] == "k"


@pytest.mark.parametrize(
    "given",
    [
        "nonsense",
        "ssh-ed25519 AAAA",
        "ssh-rsa " + LINE.split()[1],
        "command=x " + LINE,
        "ssh-ed25519 %%%",
        "ssh-dss AAAA",
    ],
)
def test_what_is_no_key_is_refused(cloud: Cloud, given: str) -> None:
    with pytest.raises(Refused, match="not a public key"):
        cloud.call("registerSSHKeyPair", name="k", publickey=given)


def test_a_made_key_is_shown_once_and_not_kept(cloud: Cloud) -> None:
    made = cloud.call("createSSHKeyPair", name="k")["keypair"]
    private = load_pem_private_key(made["privatekey"].encode(), None)
    public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    kept = SshKeyPair.require(made["id"])
    assert kept.public_key == public
    assert "PRIVATE" not in str(kept.attribute_values)


def test_a_name_is_the_accounts_own_and_free_after_deletion(cloud: Cloud) -> None:
    other = cloud.caller("other")
    for caller in (cloud.root, other):
        cloud.call("registerSSHKeyPair", caller, name="k", publickey=LINE)
    with pytest.raises(Refused, match="already"):
        cloud.call("registerSSHKeyPair", other, name="k", publickey=LINE)
    assert cloud.call("deleteSSHKeyPair", other, name="k") == {"success": True}
    assert cloud.call("listSSHKeyPairs", other) == {}
    assert cloud.call("listSSHKeyPairs")["count"] == 1
    with pytest.raises(Refused) as refusal:
        cloud.call("deleteSSHKeyPair", other, name="k")
    assert refusal.value.code == 431
    cloud.call("registerSSHKeyPair", other, name="k", publickey=LINE)
