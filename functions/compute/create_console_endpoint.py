"""createConsoleEndpoint: a link that opens the screen of a running virtual machine, once."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from pydantic import Field

from functions.compute import _lifecycle
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.errors import ResourceUnavailable
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item, Response
from javelin.contract.secret import Secret
from javelin.data.records.host import Host
from javelin.data.records.host_key import HostKey
from javelin.data.records.lease import Lease
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging import console_tokens
from javelin.messaging.console_keys import console_key, vnc_password
from javelin.messaging.events import ANNOUNCE, announce, of_caller

PATH = "websockify"
PORTS = {"http": 80, "https": 443}


class CreateConsoleEndpoint(Request):
    """Makes a link that shows the screen of a running virtual machine in a browser. It is good once, for a minute."""

    virtualmachineid: Uuid = Field(description="The virtual machine")


class WebsocketResponse(Response):
    """Where a VNC client speaks with the screen itself."""

    token: Secret = Field(description="Opens the screen once; goes into the query as token")
    host: str = Field(description="Name or address of the console proxy")
    port: str = Field(description="Its port")
    path: str = Field(description="The path of the WebSocket")


class ConsoleEndpointResponse(Response):
    """A console that may be opened."""

    success: bool = Field(True, description="true")
    details: str | None = Field(None, description="Until when the link is good")
    url: Secret = Field(description="The link; what comes after its # is secret")
    websocket: WebsocketResponse = Field(description="The same for programs")


@operation(
    CreateConsoleEndpoint, roles=EVERYONE, answers=ConsoleEndpointResponse, object_name="consoleendpoint",
    grants=[VirtualMachine.read, Lease.read, Host.read, HostKey.read, *ANNOUNCE], refuses=("token",), secret_answer=True,
    event="VM.CONSOLE.ACCESS",
)  # fmt: skip
def handler(request: CreateConsoleEndpoint, caller: Caller) -> Item:
    """The host is not asked: it knows the key that signs the link, and derives the display's password alike."""
    machine = VirtualMachine.visible_to(caller, request.virtualmachineid)
    _lifecycle.require_state(machine, ("Running",), "Opening the console of")
    host = _host_with_console(machine, caller)
    command_key = _command_key(machine, host)
    token = console_tokens.mint(console_key(command_key), machine.id)
    proxy = urlsplit(host.console_url)
    port = proxy.port or PORTS[proxy.scheme]
    socket = WebsocketResponse(token=Secret(token), host=proxy.hostname or "", port=str(port), path=PATH)
    # A fragment stays in the browser: neither the proxy's log nor another site gets to see it.
    path, password = quote(f"{PATH}?token={token}", safe=""), quote(vnc_password(command_key, machine.id), safe="")
    said = f"Console of virtual machine {machine.name} opened for user {caller.username}"
    event = of_caller(
        caller, "VM.CONSOLE.ACCESS", said, resource_type="VirtualMachine", resource_id=machine.id, owner=machine
    )
    announce(event)
    endpoint = ConsoleEndpointResponse(
        details=f"Open it within {console_tokens.LIFETIME} seconds; it opens once.", websocket=socket,
        url=Secret(f"{host.console_url}/vnc.html#autoconnect=true&password={password}&path={path}"),
    )  # fmt: skip
    return Item("consoleendpoint", endpoint)


def _host_with_console(machine: VirtualMachine, caller: Caller) -> Host:
    """Where the guest runs, if its screen can be shown from there."""
    host = Host.find(machine.host_id) if machine.host_id else None
    if host is None:
        raise ResourceUnavailable(f"Virtual machine {machine.name} has no host just now; try again in a minute.")
    name = f"host {host.name}" if caller.role_type in OPERATORS else "its host"
    if host.driver == "simulated":
        raise ResourceUnavailable(f"Virtual machine {machine.name} has no screen: {name} is simulated.")
    if not host.console_url:
        raise ResourceUnavailable(
            f"The console of virtual machine {machine.name} cannot be opened: {name} has no console proxy. Its operator"
            " enrols its bridge with --console-url and runs `python -m bridge.console` beside it."
        )
    return host


def _command_key(machine: VirtualMachine, host: Host) -> bytes:
    try:
        key = HostKey.get(host.id)
    except HostKey.DoesNotExist:
        key = HostKey(host.id, revoked=1)
    if key.command_key is None or int(key.revoked):
        raise ResourceUnavailable(
            f"The console of virtual machine {machine.name} cannot be opened: the bridge of its host is revoked."
            " Its operator enrols it again."
        )
    return bytes(key.command_key)
