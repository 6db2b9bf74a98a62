"""What `make run` tells at its end: where the cloud is, and what to try."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console

from infra.local.cloud import Keys
from infra.local.home import ROOT, Home


def tell(console: Console, home: Home, keys: Keys, skipped: list[str]) -> None:
    """Print it."""
    config = os.path.relpath(home.keys, Path.cwd())
    binary = os.path.relpath(ROOT / ".venv/bin/cs", Path.cwd())
    lines = [
        "",
        f"[bold]The cloud is at {home.endpoint}[/bold]   (log in as admin; the password is in "
        f"{os.path.relpath(home.folder / 'admin.password', Path.cwd())})",
        "",
        "[bold]cs[/bold]",
        f"  CLOUDSTACK_CONFIG={config} {binary} listVirtualMachines",
        "[bold]cloudmonkey[/bold]",
        f"  cmk set url {home.endpoint} && cmk set apikey {keys.key} && cmk set secretkey {keys.secret} && cmk sync",
        "[bold]Terraform[/bold]",
        f'  provider "cloudstack" {{ api_url = "{home.endpoint}"  api_key = "{keys.key}"  secret_key = "{keys.secret}" }}',
        "",
        "[bold]Try next[/bold]",
        f"  CLOUDSTACK_CONFIG={config} {binary} listHosts",
        f"  CLOUDSTACK_CONFIG={config} {binary} rebootVirtualMachine id=…",
        f"  tail -f {os.path.relpath(home.hosts, Path.cwd())}/127.0.0.1/serial/*.log      what guests say",
        "  make down     stops the cloud; guests and all it knows stay",
    ]
    for line in lines:
        console.print(line, soft_wrap=True)
    if skipped:
        console.print("\n[yellow]Left out:[/yellow]")
        for reason in skipped:
            console.print(f"  {reason}", soft_wrap=True, markup=False)
