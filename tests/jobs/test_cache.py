"""The thumbnails' cache: what goes first, what goes last, and that what went comes back."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs import cache
from pixsort_desktop.jobs.cache import (
    USUAL_CACHE,
    cache_limit,
    keep_cache_limit,
    make_thumbnail,
    measure_cache,
    thumbnail_store,
    trim_cache,
    wipe_cache,
)
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.progress import Cancelled

MakeJpeg = Callable[..., Path]
DAY = 86_400


@pytest.fixture
def shas(library: Library, make_jpeg: MakeJpeg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ten photos' hashes: 0 was shown ten days ago, 9 yesterday. Limits may be small here."""
    monkeypatch.setattr(cache, "LEAST_CACHE", 0)
    for number in range(10):
        make_jpeg(f"card/{number}.jpg", seed=number)
    project = create_project(library, name="Shoot")
    import_photos(library, project_id=project.id, paths=[tmp_path / "card"])
    found = {Path(photo.path).stem: photo.sha256 or "" for photo in project_photos(library, project.id)}
    store, now = thumbnail_store(library), time.time()
    for number in range(10):
        used = now - (10 - number) * DAY
        os.utime(store.path(found[str(number)]), (used, used))
    return [found[str(number)] for number in range(10)]


def left(library: Library, shas: list[str]) -> list[int]:
    store = thumbnail_store(library)
    return [number for number, sha256 in enumerate(shas) if store.has(sha256)]


def limit_to(library: Library, count: int) -> int:
    """A limit that so many of the ten thumbnails fit under."""
    sizes = [each.size for each in thumbnail_store(library).entries()]
    limit = sum(sizes) * count // len(sizes)
    keep_cache_limit(library, f"{limit / 1e6:.6f}MB")
    return limit


def test_the_limit_is_generous_and_kept(library: Library) -> None:
    assert cache_limit(library) == USUAL_CACHE
    assert keep_cache_limit(library, "4 GB") == cache_limit(library) == 4_000_000_000
    for wrong in ("", "lots", "1MB", "-3GB"):
        with pytest.raises(PixsortError, match="is no size"):
            keep_cache_limit(library, wrong)
    assert cache_limit(library) == 4_000_000_000


def test_below_the_limit_nothing_goes(library: Library, shas: list[str]) -> None:
    assert trim_cache(library) is None
    assert measure_cache(library).thumbnails == len(left(library, shas)) == 10


def test_the_least_recently_shown_go_first(library: Library, shas: list[str]) -> None:
    limit = limit_to(library, 6)
    thumbnail_store(library).note_use(shas[0])
    report = trim_cache(library)
    assert report is not None
    assert report.bytes <= 0.9 * limit
    kept = left(library, shas)
    assert 0 in kept and 9 in kept  # shown just now, and yesterday
    assert kept[1:] == list(range(kept[1], 10))
    assert report.removed == 10 - len(kept) and report.kept_away == 0
    assert trim_cache(library) is None


def test_photos_that_are_away_keep_theirs_to_the_last(
    library: Library, shas: list[str], tmp_path: Path
) -> None:
    for number in (0, 1, 2):
        (tmp_path / "card" / f"{number}.jpg").unlink()
    limit_to(library, 5)
    report = trim_cache(library)
    assert report is not None and report.kept_away == 3
    assert left(library, shas)[:3] == [0, 1, 2]
    limit = limit_to(library, 1)  # not even those fit
    report = trim_cache(library)
    assert report is not None and report.bytes <= limit
    assert left(library, shas) in ([], [2])


def test_emptying_spares_what_could_not_be_made_again(
    library: Library, shas: list[str], tmp_path: Path
) -> None:
    (tmp_path / "card/4.jpg").unlink()
    stranger = hashlib.sha256(b"a photo that was removed from the library").hexdigest()
    thumbnail_store(library).write(stranger, b"\xff\xd8\xff\xd9")
    report = wipe_cache(library)
    assert (report.removed, report.kept_away, report.thumbnails) == (10, 1, 1)
    assert left(library, shas) == [4]
    assert not thumbnail_store(library).has(stranger)
    assert "Kept: 1" in report.in_words()


def test_what_went_is_made_again_the_same(library: Library, shas: list[str], tmp_path: Path) -> None:
    store = thumbnail_store(library)
    before = store.read(shas[3])
    wipe_cache(library)
    assert make_thumbnail(library, shas[3])
    assert store.read(shas[3]) == before
    (tmp_path / "card/5.jpg").write_bytes((tmp_path / "card/6.jpg").read_bytes())
    assert not make_thumbnail(library, shas[5])  # the file has another picture by now
    (tmp_path / "card/7.jpg").unlink()
    assert not make_thumbnail(library, shas[7])
    assert left(library, shas) == [3]


def test_an_import_trims_and_a_stop_is_heard(
    library: Library, shas: list[str], make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    limit = limit_to(library, 3)

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        trim_cache(library, check=stop)
    make_jpeg("more/11.jpg", seed=11)
    project = create_project(library, name="More")
    report = import_photos(library, project_id=project.id, paths=[tmp_path / "more"])
    assert report.added == 1
    assert measure_cache(library).bytes <= limit
    assert not library.rows("SELECT 1 FROM photos WHERE status != 'ready'")
