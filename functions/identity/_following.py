"""What is in a domain that is moved follows it: domains below, accounts, then what they own, each with what it counts.

An account makes nothing at its old place once it has followed (limits.as_read), and nothing that counts is given back
where it is no more (limits.in_place), so that counters are right at any moment. All of it may be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from functions.identity._carrying import Carrier, domains_only
from functions.identity._moving import put_at
from javelin.contract.errors import ConcurrentOperation
from javelin.contract.grants import Grant
from javelin.data.dedications import TELL_HOSTS, tell_hosts
from javelin.data.indexes import looked_up
from javelin.data.owned_amounts import add, amounts, tagged_amounts
from javelin.data.owned_records import owned_records
from javelin.data.record import Owned
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain
from javelin.data.records.former_account import FormerAccount
from javelin.data.records.network import SHARED, Network
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.quota import Quota
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction

Thing = Owned | PublicAddress
MOST = 2_000  # changes in one pass
TOGETHER = 50  # records in one transaction, of those that do not count
ALONE = {"VirtualMachine", "Network", "Template", "Project"}  # they count, or others with them
FOLLOW_ACCOUNT: tuple[Grant, ...] = (
    Account.write, Quota.write, PublicAddress.write, *(record.write for record in owned_records().values()),
)  # fmt: skip
FOLLOW_DOMAIN: tuple[Grant, ...] = (
    *FOLLOW_ACCOUNT, Domain.write, Claim.write, Dedication.write, FormerAccount.write, *TELL_HOSTS,
)  # fmt: skip


def subtree(top: Domain) -> list[Domain]:
    """The domain and all below it, those above first."""
    found = [top]
    for domain in found:  # grows while it is gone through
        rows = Domain.load_all(row.id for row in Domain.by_parent.query(domain.id))
        found += [row for row in rows if row.parent_id == domain.id]
    return found


def follow_domain(domains: Sequence[Domain]) -> int:
    """Have some of what is in the domains, those above first, be where they are; answers how much was not."""
    moved = _put_below(domains)
    if moved:
        domains = subtree(domains[0])
    paths = {domain.id: domain.path for domain in domains}
    accounts = [*_accounts_in(domains)]
    moved += sum(_move_account(account, paths) for account in accounts) + _move_dedications(paths)
    carrier = Carrier(_starts(domains))
    for account in accounts:
        if moved >= MOST:
            break
        moved += follow_account(account, carrier)
    return moved + _move_shared(paths, carrier) + _move_former(domains)


def follow_account(account: Account, carrier: Carrier) -> int:
    """Have some of what an account owns tell its name and where it is; answers how much did not."""
    moved = 0
    for row in _addresses_of(account):
        moved += _take_along(account, row, [row], carrier)
    for name, record in owned_records().items():
        if record is Volume or moved >= MOST:
            continue  # volumes go with their machines
        stale = [row for row in _owned(record, account) if _tells_other(row, account)]
        if name in ALONE:
            moved += sum(_take_along(account, row, _with(row), carrier) for row in stale[:MOST])
        else:
            moved += _rewrite(account, stale[:MOST])
    return moved


def _put_below(domains: Sequence[Domain]) -> int:
    """Each below the one above it, which comes before it."""
    paths, moved = {domains[0].id: domains[0].path}, 0
    for domain in domains[1:]:
        paths[domain.id] = path = f"{paths[domain.parent_id]}{domain.name}/"
        if domain.path != path:
            transaction = Transaction()
            put_at(transaction, domain, path)
            transaction.commit()
            moved += 1
    return moved


def _accounts_in(domains: Iterable[Domain]) -> Iterator[Account]:
    for domain in domains:
        accounts = Account.load_all(row.id for row in Account.by_domain.query(domain.id))
        yield from (account for account in accounts if account.domain_id == domain.id)


def _move_account(account: Account, paths: dict[str, str]) -> int:
    """From here on what it makes is made where its domain is."""
    path = paths[account.domain_id]
    if account.domain_path == path:
        return 0
    transaction = Transaction()
    transaction.update(account, [Account.domain_path.set(path)], Account.domain_path == account.domain_path)
    transaction.check(Domain, account.domain_id, Domain.path == path)
    transaction.commit()
    account.domain_path = path
    return 1


def _move_dedications(paths: dict[str, str]) -> int:
    moved, zones = 0, set()
    for made in Dedication.load_all(looked_up(Dedication, None, None)):
        path = paths.get(made.domain_id)
        if path is None:
            continue
        zones.add(made.zone_id)
        if made.domain_path != path:
            moved += made.change(Dedication.domain_path.set(path), when=Dedication.id.exists())
    for zone in zones:
        tell_hosts(zone)
    return moved


def _move_shared(paths: dict[str, str], carrier: Carrier) -> int:
    """Networks that are open to one of the domains, and are of an account elsewhere."""
    moved = 0
    for network in Network.load_all(row.id for row in Network.by_shared.query(SHARED)):
        path = paths.get(network.domain_id)
        if path is not None and network.domain_path != path:
            moved += _carry(network, [network], path, network.account, carrier)
    return moved


def _move_former(domains: Sequence[Domain]) -> int:
    """What stays of accounts that are gone, and who is told of it."""
    top, inside, moved = domains[0], {domain.id for domain in domains}, 0
    for old in sorted(top.moved_from or ()):
        left, entered = (_ids_at(paths) - inside for paths in domains_only(old, top.path))
        for former in FormerAccount.query(top.id):
            if moved >= MOST:
                break
            told = (_move_told(one, former.account_id, old, top.path) for one in owned_records().values() if one.stays)
            moved += sum(told) + _move_item(former, left, entered)
    return moved


def _ids_at(paths: Sequence[str]) -> set[str]:
    names = [Domain.claim_name(path).lower() for path in paths]
    return {claim.owner for claim in Claim.batch_get(names)} if names else set()


def _move_told(record: type[Owned], account_id: str, old: str, path: str) -> int:
    rows = record.load_all(looked_up(record, [account_id], record.domain_path.startswith(old))[:MOST])
    for at in range(0, len(rows), TOGETHER):
        transaction = Transaction()
        for row in rows[at : at + TOGETHER]:
            _write(transaction, row, path + row.domain_path.removeprefix(old), row.account)
        _committed(transaction)
    return len(rows)


def _move_item(former: FormerAccount, left: set[str], entered: set[str]) -> int:
    keys = [(domain, former.account_id) for domain in sorted(left | entered)]
    there = {row.domain_id for row in FormerAccount.batch_get(keys)} if keys else set()
    transaction = Transaction()
    for domain in sorted(left & there):
        transaction.delete(FormerAccount(domain, former.account_id))
    for domain in sorted(entered - there):
        transaction.create(FormerAccount(domain, former.account_id, home=former.home))
    return _committed(transaction) if (left & there) or (entered - there) else 0


def _starts(domains: Sequence[Domain]) -> frozenset[str]:
    """Where paths begin that a moved domain has or had."""
    return frozenset({path for domain in domains for path in (domain.path, *(domain.moved_from or ()))})


def _addresses_of(account: Account) -> list[PublicAddress]:
    rows = PublicAddress.load_all(row.id for row in PublicAddress.by_owner.query(account.id))
    return [row for row in rows if row.account_id == account.id and _tells_other(row, account)]


def _owned(record: type[Owned], account: Account) -> list[Owned]:
    elsewhere = None if account.former_name else record.domain_path != account.domain_path
    return [row for row in record.load_all(looked_up(record, [account.id], elsewhere)) if row.account_id == account.id]


def _tells_other(row: Thing, account: Account) -> bool:
    """Whether it tells another name or place; what is open to another domain than its account's is where that is."""
    here = row.domain_id == account.domain_id
    return bool(row.account != account.name or (here and row.domain_path != account.domain_path))


def _with(row: Owned) -> list[Thing]:
    """A machine with its volumes: they count for the same domains at any moment."""
    return [row, *(Volume.load_all(row.volume_ids) if isinstance(row, VirtualMachine) else ())]


def _take_along(account: Account, row: Thing, rows: Sequence[Thing], carrier: Carrier) -> int:
    path = account.domain_path if row.domain_id == account.domain_id else row.domain_path
    return _carry(row, rows, str(path), account.name, carrier)


def _carry(row: Thing, rows: Sequence[Thing], path: str, name: str, carrier: Carrier) -> int:
    """Write all rows with what they count, if they are as they were read."""
    transaction = Transaction()
    sums: dict[str, int] = {}
    for one in rows:
        _write(transaction, one, path, name)
        add(sums, amounts(type(one).__name__, one.attribute_values))
    tagged = tagged_amounts(*((type(one).__name__, one.attribute_values) for one in rows))
    carrier.carry(transaction, str(row.domain_path), path, sums, tagged)
    return _committed(transaction)


def _rewrite(account: Account, rows: Sequence[Owned]) -> int:
    for at in range(0, len(rows), TOGETHER):
        transaction = Transaction()
        for row in rows[at : at + TOGETHER]:
            _write(transaction, row, account.domain_path, account.name)
        _committed(transaction)
    return len(rows)


def _write(transaction: Transaction, row: Thing, path: str, name: str) -> None:
    model = type(row)
    transaction.update(row, [model.domain_path.set(path), model.account.set(name)], versioned=True)


def _committed(transaction: Transaction) -> int:
    """What was changed or deleted meanwhile is looked at again by the next pass."""
    with suppress(ConcurrentOperation):
        transaction.commit()
    return 1
