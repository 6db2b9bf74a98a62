"""What every storage driver does: directories and simulated."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import BadCommand, ChecksumMismatch, VolumeInUse, VolumeNotFound
from bridge.storage.base import Storage
from bridge.storage.directory import DirectoryStorage
from bridge.storage.simulated import SimulatedStorage
from javelin.messaging.host_commands import Image, Pool, Volume, VolumeRef
from tests.bridge.guests import new_id
from tests.bridge.web import Web, a_web

MIB = 1 << 20


class Bench:
    """A driver, one pool that is attached, and an image in the store."""

    def __init__(self, storage: Storage, folder: Path, web: Web) -> None:
        self.storage = storage
        self.web = web
        self.real = isinstance(storage, DirectoryStorage)
        self.pool = Pool(id=new_id(), path=str(folder / "pool"))
        self.folder = Path(self.pool.path)
        storage.attach(self.pool)
        source = folder / "image.qcow2"
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", source, "1M"], check=True, timeout=20)
        content = source.read_bytes()
        web.served["/image"] = content
        digest = hashlib.sha256(content).hexdigest()
        self.image = Image(id=new_id(), url=web.url("/image"), sha256=digest, virtual_size=MIB)

    def a_volume(self, size: int = 2 * MIB, cloned: bool = False) -> Volume:
        return Volume(id=new_id(), pool=self.pool, size=size, image=self.image if cloned else None)

    def info(self, volume: Volume) -> dict[str, Any]:
        argv = ["qemu-img", "info", "--output=json", "-f", "qcow2", self.storage.path(ref(volume))]
        return dict(json.loads(subprocess.run(argv, check=True, capture_output=True, timeout=20).stdout))

    def leftovers(self) -> list[str]:
        return sorted(file.name for file in self.folder.rglob(".*") if not file.name.endswith(".lock"))


def ref(volume: Volume) -> VolumeRef:
    return VolumeRef(id=volume.id, pool=volume.pool)


@pytest.fixture(params=["directory", "simulated"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_web() as web:
        storage: Storage = DirectoryStorage(tmp_path) if request.param == "directory" else SimulatedStorage()
        bench = Bench(storage, tmp_path, web)
        yield bench
        assert bench.leftovers() == []


def test_a_volume_is_created_once_and_deleted(bench: Bench) -> None:
    volume = bench.a_volume()
    bench.storage.create(volume)
    bench.storage.create(volume)
    assert bench.storage.path(ref(volume)) == f"{bench.pool.path}/volumes/{volume.id}.qcow2"
    if bench.real:
        info = bench.info(volume)
        assert (info["virtual-size"], info["format-specific"]["data"]["compat"]) == (2 * MIB, "1.1")
    bench.storage.delete(ref(volume))
    bench.storage.delete(ref(volume))
    with pytest.raises(VolumeNotFound):
        bench.storage.path(ref(volume))


def test_clones_grow_and_share_one_fetched_image(bench: Bench) -> None:
    volumes = [bench.a_volume(cloned=True) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(bench.storage.create, volumes))
    if bench.real:
        assert bench.web.asked == ["/image"]
        info = bench.info(volumes[0])
        assert info["virtual-size"] == 2 * MIB
        assert info["backing-filename-format"] == "qcow2"


def test_an_image_that_is_not_the_promised_one_leaves_nothing(bench: Bench) -> None:
    if not bench.real:
        pytest.skip("nothing is fetched")
    bench.image = bench.image.model_copy(update={"sha256": "0" * 64})
    volume = bench.a_volume(cloned=True)
    with pytest.raises(ChecksumMismatch):
        bench.storage.create(volume)
    with pytest.raises(VolumeNotFound):
        bench.storage.path(ref(volume))
    assert [file.suffix for file in bench.folder.rglob("*") if file.is_file()] == [".lock"]


def test_a_volume_smaller_than_its_image_is_refused(bench: Bench) -> None:
    with pytest.raises(BadCommand):
        bench.storage.create(bench.a_volume(size=MIB // 2, cloned=True))


def test_volumes_grow_and_do_not_shrink(bench: Bench) -> None:
    volume = bench.a_volume()
    with pytest.raises(VolumeNotFound):
        bench.storage.resize(ref(volume), 4 * MIB)
    bench.storage.create(volume)
    bench.storage.resize(ref(volume), 4 * MIB)
    bench.storage.resize(ref(volume), 4 * MIB)
    with pytest.raises(BadCommand):
        bench.storage.resize(ref(volume), 2 * MIB)
    if bench.real:
        assert bench.info(volume)["virtual-size"] == 4 * MIB


def test_a_volume_in_use_is_not_resized(bench: Bench) -> None:
    if not bench.real:
        pytest.skip("nothing is locked")
    volume = bench.a_volume()
    bench.storage.create(volume)
    argv = ["qemu-io", "-f", "qcow2", bench.storage.path(ref(volume))]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as user:
        assert user.stdin is not None
        assert user.stdout is not None
        user.stdin.write(b"length\n")
        user.stdin.flush()
        user.stdout.read1(100)  # type: ignore[attr-defined]  # a buffered pipe
        with pytest.raises(VolumeInUse):
            bench.storage.resize(ref(volume), 4 * MIB)
        user.stdin.close()


def test_an_image_is_forgotten_when_nothing_stands_on_it(bench: Bench) -> None:
    volume = bench.a_volume(cloned=True)
    bench.storage.create(volume)
    cached = bench.folder / "images" / f"{bench.image.id}.qcow2"
    bench.storage.forget_image(bench.image.id, bench.pool)
    assert not bench.real or cached.exists()
    bench.storage.delete(ref(volume))
    bench.storage.forget_image(bench.image.id, bench.pool)
    bench.storage.forget_image(bench.image.id, bench.pool)
    assert not cached.exists()


def test_capacity_counts_attached_pools(bench: Bench) -> None:
    (capacity,) = bench.storage.capacity()
    assert capacity.id == bench.pool.id
    assert 0 <= capacity.used < capacity.total
