"""A real download from a server on this machine, and all that can go wrong on the way."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.vision.models import fetch
from pixsort_desktop.vision.models.catalogue import ModelSpec, spec_of
from pixsort_desktop.vision.models.download import download_model
from pixsort_desktop.vision.models.fetch import ConsentError
from pixsort_desktop.vision.models.installed import (
    InstalledModel,
    ModelError,
    damaged_models,
    find_installed,
    installed_models,
    partial_bytes,
    partial_folder,
    remove_model,
)
from tests.vision.models.serving import Publisher

WEIGHTS = np.random.default_rng(5).bytes(3_000_000)
SUM = hashlib.sha256(WEIGHTS).hexdigest()
WORDS = b'{"version": "1.0"}'


class Told(Progress):
    """Remembers what was reported; `stop_at` megabytes it is cancelled."""

    def __init__(self, stop_at: int | None = None) -> None:
        super().__init__()
        self.seen: list[tuple[int, int]] = []
        self.stop_at = stop_at

    def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
        self.seen.append((done, total))
        if self.stop_at is not None and done >= self.stop_at:
            self.cancel()


@pytest.fixture
def spec(publisher: Publisher) -> ModelSpec:
    """A model of the catalogue, at the server of this test."""
    chosen = replace(spec_of("dinov2-vit-s-14"), host=publisher.address, sha256=SUM, file_bytes=len(WEIGHTS))
    publisher.files[chosen.file_name] = WEIGHTS
    publisher.files["tokenizer.json"] = WORDS
    return chosen


def get(folder: Path, spec: ModelSpec, progress: Progress | None = None, **more: Any) -> InstalledModel:
    return download_model(folder, spec, progress=progress or Progress(), pause_s=0.0, **more)


def test_a_model_is_fetched_checked_and_recorded(folder: Path, spec: ModelSpec, publisher: Publisher) -> None:
    told = Told()
    model = get(folder, spec, told)
    assert model == find_installed(folder, spec.id)
    assert installed_models(folder) == [model]
    assert model.weights.read_bytes() == WEIGHTS
    assert (model.id, model.sha256, model.dimensions, model.mean) == (spec.id, SUM, 384, spec.mean)
    assert told.seen[-1] == (3, 3)
    assert told.seen == sorted(told.seen)
    assert [each.name for each in folder.iterdir()] == [spec.id]
    assert sorted(each.name for each in (folder / spec.id).iterdir()) == ["model.json", "model.safetensors"]
    assert [path for path, _ in publisher.requests("GET")] == ["/cdn/model.safetensors"]


def test_what_is_there_opens_no_connection(folder: Path, spec: ModelSpec, loopback: list[Any]) -> None:
    first = get(folder, spec)
    before = len(loopback)
    assert get(folder, spec) == first
    assert len(loopback) == before


def test_an_interrupted_download_goes_on_where_it_stopped(
    folder: Path, spec: ModelSpec, publisher: Publisher
) -> None:
    publisher.break_after = [1_200_000, 700_000]
    assert get(folder, spec).weights.read_bytes() == WEIGHTS
    starts = [headers.get("range") for _, headers in publisher.requests("GET")]
    assert starts == [None, "bytes=1200000-", "bytes=1900000-"]
    assert publisher.requests("GET")[1][1]["if-range"] == publisher.etag


def test_a_cancelled_download_goes_on_the_next_time(
    folder: Path, spec: ModelSpec, publisher: Publisher
) -> None:
    with pytest.raises(Cancelled):
        get(folder, spec, Told(stop_at=1))
    there = partial_bytes(folder, spec.id)
    assert there >= 1_000_000
    assert installed_models(folder) == []
    assert get(folder, spec).weights.read_bytes() == WEIGHTS
    assert publisher.requests("GET")[1][1]["range"].startswith("bytes=1")


def test_bytes_that_are_another_files_are_not_gone_on_from(
    folder: Path, spec: ModelSpec, publisher: Publisher
) -> None:
    with pytest.raises(Cancelled):
        get(folder, spec, Told(stop_at=1))
    newer = WEIGHTS[::-1]
    publisher.files[spec.file_name] = newer
    told = replace(spec, sha256=hashlib.sha256(newer).hexdigest())
    assert get(folder, told).weights.read_bytes() == newer
    assert "range" not in publisher.requests("GET")[1][1]


def test_a_file_that_changed_behind_the_address_is_begun_again(
    folder: Path, spec: ModelSpec, publisher: Publisher
) -> None:
    publisher.break_after = [1_000_000]
    publisher.resumes = False
    assert get(folder, spec).weights.read_bytes() == WEIGHTS


def test_a_wrong_byte_on_the_way_is_noticed_and_deleted(
    folder: Path, spec: ModelSpec, publisher: Publisher
) -> None:
    publisher.stated[spec.file_name] = SUM
    publisher.files[spec.file_name] = WEIGHTS[:-1] + b"?"
    with pytest.raises(ModelError, match="another checksum than the publisher states"):
        get(folder, spec)
    assert partial_bytes(folder, spec.id) == 0
    assert installed_models(folder) == []
    publisher.files[spec.file_name] = WEIGHTS
    assert get(folder, spec).sha256 == SUM


def test_another_file_than_the_catalogue_knows_is_not_fetched(
    folder: Path, spec: ModelSpec, publisher: Publisher
) -> None:
    publisher.stated[spec.file_name] = "0" * 64
    with pytest.raises(ModelError, match="another file there by now"):
        get(folder, spec)
    assert publisher.requests("GET") == []


def test_the_publishers_word_is_taken_where_the_catalogue_has_none(
    folder: Path, spec: ModelSpec, publisher: Publisher
) -> None:
    assert get(folder, replace(spec, sha256=None)).sha256 == SUM
    remove_model(folder, spec.id)
    publisher.stated[spec.file_name] = "no checksum"
    with pytest.raises(ModelError, match="states no checksum"):
        get(folder, replace(spec, sha256=None))


def test_the_tokenizer_comes_too_and_is_checked_by_gits_id(
    folder: Path, spec: ModelSpec, publisher: Publisher
) -> None:
    wordy = replace(spec, tokenizer_file="tokenizer.json")
    model = get(folder, wordy)
    assert model.tokenizer == folder / spec.id / "tokenizer.json"
    assert model.tokenizer.read_bytes() == WORDS
    remove_model(folder, spec.id)
    publisher.stated["tokenizer.json"] = "a" * 40
    with pytest.raises(ModelError, match="another checksum"):
        get(folder, wordy)


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ([404], "does not have this file any more"),
        ([403], "agreed to its licence on"),
        ([400], "does not give the file"),
        ([503] * 9, "cannot be reached"),
    ],
)
def test_each_refusal_has_its_sentence(
    folder: Path, spec: ModelSpec, publisher: Publisher, codes: list[int], says: str
) -> None:
    publisher.codes = codes
    with pytest.raises(ModelError, match=says):
        get(folder, spec)
    assert installed_models(folder) == []
    assert list(folder.iterdir()) == []  # nor is there a beginning


def test_a_server_that_is_busy_for_a_moment_is_asked_again(
    folder: Path, spec: ModelSpec, publisher: Publisher
) -> None:
    publisher.codes = [503, 429]
    assert get(folder, spec).sha256 == SUM


def test_a_token_is_shown_only_where_one_is_asked_for_and_to_nobody_else(
    folder: Path, spec: ModelSpec, publisher: Publisher
) -> None:
    get(folder, spec, token="secret")
    assert not any("authorization" in headers for _, _, headers in publisher.asked)
    remove_model(folder, spec.id)
    publisher.needs_token = "secret"
    with pytest.raises(ConsentError, match=r"agree there and set HF_TOKEN|import it"):
        get(folder, spec)
    publisher.asked.clear()
    assert get(folder, spec, token=" secret\n").sha256 == SUM
    shown = [path for _, path, headers in publisher.asked if "authorization" in headers]
    assert shown and all("/cdn/" not in path for path in shown)
    remove_model(folder, spec.id)
    wordy = replace(spec, tokenizer_file="tokenizer.json")  # whose bytes are with the publisher himself
    assert get(folder, wordy, token="secret").tokenizer is not None


def test_a_redirect_away_from_the_web_is_refused(folder: Path, spec: ModelSpec, publisher: Publisher) -> None:
    publisher.elsewhere = "file:///etc"
    with pytest.raises(ModelError, match="not safe"):
        get(folder, spec)
    with pytest.raises(ModelError, match="not safe"):
        fetch._next("https://huggingface.co/a", "http://elsewhere.example/a")


def test_a_file_longer_than_stated_is_refused(folder: Path, spec: ModelSpec, publisher: Publisher) -> None:
    publisher.extra = b"more"
    with pytest.raises(ModelError, match="longer than the publisher states"):
        get(folder, spec)
    assert installed_models(folder) == []


def test_too_little_room_is_said_before_a_byte_is_fetched(
    folder: Path, spec: ModelSpec, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(folder.parent)._replace(free=fetch.ROOM + 1_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ModelError, match=r"too little room.*3 MB are to come"):
        get(folder, spec)
    assert publisher.requests("GET") == []


def test_a_disk_that_fills_up_keeps_what_has_arrived(
    folder: Path, spec: ModelSpec, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    class Full:
        def __init__(self, file: Any) -> None:
            self.file, self.name, self.left = file, file.name, 1

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

        def write(self, block: bytes) -> int:
            self.left -= 1
            if self.left < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return int(self.file.write(block))

    def open_(self: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
        file = opened(self, mode, *args, **more)
        return Full(file) if self.name == spec.file_name and mode in ("wb", "r+b") else file

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", open_)
        with pytest.raises(ModelError, match=r"cannot be written.*disk is full"):
            get(folder, spec)
    assert partial_bytes(folder, spec.id) >= fetch.CHUNK
    assert get(folder, spec).weights.read_bytes() == WEIGHTS
    assert publisher.requests("GET")[1][1]["range"] == f"bytes={fetch.CHUNK}-"


def test_a_folder_that_cannot_be_written(folder: Path, spec: ModelSpec) -> None:
    folder.write_bytes(b"a file")
    with pytest.raises(ModelError, match="cannot be written"):
        get(folder, spec)


def test_no_server_at_all(folder: Path, spec: ModelSpec) -> None:
    with pytest.raises(ModelError, match=r"127.0.0.1 cannot be reached"):
        get(folder, replace(spec, host="http://127.0.0.1:9"))


def test_two_at_once_do_not_write_into_one_file(folder: Path, spec: ModelSpec) -> None:
    place = partial_folder(folder, spec.id)
    place.mkdir(parents=True)
    parent = psutil.Process(os.getppid())
    owner = {"pid": parent.pid, "since": parent.create_time()}
    (place / "download.owner").write_text(json.dumps(owner), encoding="utf-8")
    with pytest.raises(ModelError, match="another window or command"):
        get(folder, spec)
    owner["since"] = 1.0  # of a process that is gone, whose number another one has
    (place / "download.owner").write_text(json.dumps(owner), encoding="utf-8")
    assert get(folder, spec).sha256 == SUM


def test_removing_takes_the_models_own_folder_and_nothing_else(folder: Path, spec: ModelSpec) -> None:
    get(folder, spec)
    (folder / "holiday.jpg").write_bytes(b"kept")
    assert remove_model(folder, spec.id) >= len(WEIGHTS)
    assert [each.name for each in folder.iterdir()] == ["holiday.jpg"]
    for name in (spec.id, "..", "../models", "holiday.jpg", ""):
        with pytest.raises(NotFoundError):
            remove_model(folder, name)


def test_a_damaged_folder_is_named_and_brought_in_again(folder: Path, spec: ModelSpec) -> None:
    model = get(folder, spec)
    model.weights.write_bytes(b"short")
    assert installed_models(folder) == []
    assert "damaged" in damaged_models(folder)[spec.id]
    with pytest.raises(ModelError, match="damaged"):
        find_installed(folder, spec.id)
    assert get(folder, spec).weights.read_bytes() == WEIGHTS
    (folder / spec.id / "model.json").write_text('{"weights": 5}', encoding="utf-8")
    assert list(damaged_models(folder)) == [spec.id]


def test_what_is_not_there_says_what_would_bring_it(folder: Path) -> None:
    with pytest.raises(NotFoundError, match=r"pixsort models download clip-vit-b-32.*605 MB, MIT"):
        find_installed(folder, "clip-vit-b-32")
    with pytest.raises(NotFoundError, match="no model «mine»"):
        find_installed(folder, "mine")
