"""Killed while files are on their way: no byte is lost, no frame torn, and the next start's library tells the truth."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.undo import files_to_put_back
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.put_back import put_back
from pixsort_desktop.jobs.recovery import unfinished
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.file_steps import closed_steps
from pixsort_desktop.library.photos import project_photos
from tests.jobs.test_trash_photos import all_bytes

SEED = 20261122
PHOTOS = 40
KILLS = 12
pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="forks, and looks into the freedesktop.org trash"
)

# Imports once, then forks for each job that it is told of. Each call that changes the disk or the library is two moments,
# before and after; the child kills itself at the one that it is told (0: at none), and the parent says how many there were.
SERVER = """
import os, signal, sys
from pathlib import Path
from pixsort_desktop.jobs.move_photos import move_photos
from pixsort_desktop.jobs.put_back import put_back
from pixsort_desktop.jobs.trash_photos import trash_photos
from pixsort_desktop.library.database import Library
import send2trash
from send2trash import plat_other
send2trash.send2trash = plat_other.send2trash

def counted(call, at, seen):
    def moment():
        seen[0] += 1
        if seen[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)
    def wrapped(*given, **options):
        moment()
        answer = call(*given, **options)
        moment()
        return answer
    return wrapped

while line := sys.stdin.readline():
    kind, at, *given = line.split()
    told, tell = os.pipe()
    pid = os.fork()
    if not pid:
        seen = [0]
        with Library.open(Path(sys.argv[1])) as library:
            for name in ("link", "unlink", "rename", "write", "fsync"):
                setattr(os, name, counted(getattr(os, name), int(at), seen))
            Library.write = counted(Library.write, int(at), seen)
            if kind == "put_back":
                put_back(library, project_id=1, job_id=int(given[0]))
            elif kind == "trash":
                trash_photos(library, project_id=1, photo_ids=[*map(int, given)])
            else:
                move_photos(library, project_id=1, photo_ids=[*map(int, given)], folder=sys.argv[2])
        os.write(tell, str(seen[0]).encode())
        os._exit(0)
    os.close(tell)
    os.waitpid(pid, 0)
    print((os.read(told, 20) or b"0").decode(), flush=True)
    os.close(told)
"""


class Server:
    def __init__(self, library: Path, to: Path, home: Path) -> None:
        environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home / ".local/share")}
        self._child = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(library), str(to)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def run(self, kind: str, given: list[int], kill_at: int = 0) -> int:
        """Run a job; gives how many moments it had, 0 where it was killed."""
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.write(f"{kind} {kill_at} {' '.join(map(str, given))}\n")
        self._child.stdin.flush()
        return int(self._child.stdout.readline())

    def close(self) -> None:
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.close()
        self._child.wait(20)
        self._child.stdout.close()


@pytest.fixture
def shoot(make_jpeg: Callable[..., Path], tmp_path: Path) -> Path:
    rng = random.Random(SEED)
    for n in range(PHOTOS):
        path = make_jpeg(f"shoot/IMG_{n:03}.JPG", seed=n, size=(48, 32))
        with path.open("ab") as file:
            file.write(rng.randbytes(60_000))
        path.with_suffix(".xmp").write_bytes(b"<x/>" + rng.randbytes(40))
    with Library.open(tmp_path / "library") as library:
        import_photos(
            library, project_id=create_project(library, name="Shoot").id, paths=[tmp_path / "shoot"]
        )
    return tmp_path / "shoot"


@pytest.fixture
def other_drive(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "other drive"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a second drive needs Linux and its administrator")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def settled(folder: Path) -> tuple[list[int], int | None]:
    """Start as the next run would; gives the photos of the project and the job that undo would take back."""
    with Library.open(folder) as library:
        unfinished(library)
        assert library.rows("SELECT * FROM file_steps WHERE state != 'closed'") == []
        for row in library.rows("SELECT path, role FROM files"):
            assert (row["role"] == "missing") != Path(row["path"]).is_file(), row["path"]
        there = {
            row["photo_id"] for row in library.rows("SELECT photo_id FROM files WHERE role != 'missing'")
        }
        ids = [photo.id for photo in project_photos(library, 1)]
        assert set(ids) == there
        step = files_to_put_back(library, project_id=1)
        return ids, step[0] if step else None


def assert_whole(before: Counter[str], *folders: Path) -> None:
    assert all_bytes(*folders) == before
    for folder in folders:
        stems = [{path.stem for path in folder.rglob(f"*{end}")} for end in (".JPG", ".xmp")]
        if folder.name != "files":
            assert stems[0] == stems[1], folder
        assert len(stems[0]) == len(stems[1])  # in the trash, a name may get a number of its own
        assert not list(folder.rglob("*.part"))


@pytest.mark.parametrize("where", ["same drive", "other drive"])
def test_random_kills_lose_nothing(
    where: str, shoot: Path, tmp_path: Path, trash: Path, request: pytest.FixtureRequest
) -> None:
    to = tmp_path / "to"
    if where == "other drive":
        to = request.getfixturevalue("other_drive") / "to"
    folder = tmp_path / "library"
    places = [shoot, to, trash / "files", tmp_path / f"other drive/.Trash-{os.getuid()}/files"]
    before = all_bytes(shoot)
    rng = random.Random(SEED)
    server = Server(folder, to, tmp_path / "home")
    try:
        ids, job = settled(folder)
        moments = {"move": server.run("move", ids[:30])}
        _, job = settled(folder)
        assert job is not None
        moments["put_back"] = server.run("put_back", [job])
        assert all_bytes(shoot) == before
        moments["trash"] = server.run("trash", ids[:30])
        torn = 0
        for n in range(KILLS):
            ids, job = settled(folder)
            kind = "put_back" if job and (n % 3 == 0 or len(ids) < 15) else rng.choice(["move", "trash"])
            chosen = [job] if kind == "put_back" and job else rng.sample(ids, min(30, len(ids)))
            with Library.open(folder) as library:
                undone = len({step.frame_id for step in closed_steps(library, job or 0)})
            frames = undone if kind == "put_back" else len(chosen)
            server.run(kind, chosen, kill_at=rng.randrange(1, 2 + moments[kind] * frames // 30))
            with Library.open(folder) as library:
                torn += bool(library.rows("SELECT 1 FROM file_steps WHERE state = 'planned'"))
            assert not before - all_bytes(*places)  # every content stands somewhere, as often as it did
            settled(folder)
            assert_whole(before, *places)
        assert torn > KILLS // 4
    finally:
        server.close()
    with Library.open(folder) as library:  # and in the end everything can be taken back
        while (step := files_to_put_back(library, project_id=1)) is not None:
            put_back(library, project_id=1, job_id=step[0])
        left = {photo.id for photo in project_photos(library, 1)}
        assert len(left) == PHOTOS
    assert all_bytes(shoot) == before
