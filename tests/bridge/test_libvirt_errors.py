"""Libvirt's errors under our names: flows repeat those that pass."""

from __future__ import annotations

import libvirt
import pytest

from bridge.errors import DomainNotFound, DomainNotRunning, HostCommandFailed, HostError, TransientHostError
from bridge.hypervisor.connection import translate


def libvirt_error(code: int, domain: int) -> libvirt.libvirtError:
    """An error as libvirt makes it."""
    error = libvirt.libvirtError("it failed")
    error.err = (code, domain, "it failed", 2, "", "", "", 0, 0)
    return error


@pytest.mark.parametrize(
    ("code", "domain", "ours"),
    [
        (libvirt.VIR_ERR_NO_DOMAIN, libvirt.VIR_FROM_QEMU, DomainNotFound),
        (libvirt.VIR_ERR_OPERATION_INVALID, libvirt.VIR_FROM_QEMU, DomainNotRunning),
        (libvirt.VIR_ERR_SYSTEM_ERROR, libvirt.VIR_FROM_RPC, TransientHostError),
        (libvirt.VIR_ERR_NO_CONNECT, libvirt.VIR_FROM_RPC, TransientHostError),
        (libvirt.VIR_ERR_INTERNAL_ERROR, libvirt.VIR_FROM_FIREWALL, TransientHostError),
        (libvirt.VIR_ERR_INTERNAL_ERROR, libvirt.VIR_FROM_RPC, TransientHostError),
        (libvirt.VIR_ERR_INTERNAL_ERROR, libvirt.VIR_FROM_QEMU, HostCommandFailed),
    ],
)
def test_errors_have_our_names(code: int, domain: int, ours: type[HostError]) -> None:
    assert type(translate(libvirt_error(code, domain), "starting")) is ours
