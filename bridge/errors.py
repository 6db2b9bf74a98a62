"""The errors that a host answers with. Flows match the class names, clients read the sentences.

HostError
+-- Retryable            the same command may succeed later, here
|   +-- HostBusy             too much is under way on this host
|   +-- TransientHostError   the hypervisor or the network did not answer in time
+-- Permanent            the same command will fail again
    +-- BadCommand           not a command that this host understands
    +-- StaleFence           a newer writer of the resource was seen
    +-- DeadlinePassed       the command came too late to be begun
    +-- Cancelled            the cloud wanted it to stop
    +-- DomainNotFound       no such guest here
    +-- DomainNotRunning     the guest is here but has no power
    +-- VolumeNotFound       no such volume in the pool
    +-- VolumeInUse          a running guest or a clone holds the volume
    +-- NoSpace              the pool cannot take it
    +-- ImageRefused         the image is not what was declared, or not safe
    +-- ChecksumMismatch     the bytes are not those that were promised
    +-- HostCommandFailed    a tool of the host failed in a way that has no better name
"""

from __future__ import annotations


class HostError(Exception):
    """The base of all: `str(error)` is one sentence for the operator."""


class Retryable(HostError):
    """The same command may succeed later."""


class Permanent(HostError):
    """The same command will fail again."""


class HostBusy(Retryable):
    """Too much is under way on this host."""


class TransientHostError(Retryable):
    """Something that the command needs did not answer in time."""


class BadCommand(Permanent):
    """Not a command that this host understands."""


class StaleFence(Permanent):
    """A newer writer of the resource was seen."""


class DeadlinePassed(Permanent):
    """The command came too late to be begun."""


class Cancelled(Permanent):
    """The cloud wanted it to stop: it was not begun, or left where it leaves nothing half-made."""


class DomainNotFound(Permanent):
    """No such guest on this host."""


class DomainNotRunning(Permanent):
    """The guest has no power."""


class VolumeNotFound(Permanent):
    """No such volume in the pool."""


class VolumeInUse(Permanent):
    """A running guest or a clone holds the volume."""


class NoSpace(Permanent):
    """The pool cannot take it."""


class ImageRefused(Permanent):
    """The image is not what was declared, or it is not safe."""


class ChecksumMismatch(Permanent):
    """The bytes are not those that were promised."""


class HostCommandFailed(Permanent):
    """A tool of the host failed in a way that has no better name."""
