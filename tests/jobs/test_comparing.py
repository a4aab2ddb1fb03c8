"""Photos compared in the real models' process, on whatever device it has here, beside BLAS."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from numpy.typing import NDArray

from pixsort_desktop.commands.projects import open_project
from pixsort_desktop.grouping import neighbours
from pixsort_desktop.grouping.comparison import Blas
from pixsort_desktop.grouping.density import GroupingParameters, group
from pixsort_desktop.grouping.neighbours import nearest
from pixsort_desktop.jobs.comparing import Accelerator, Comparing
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.vision.models.client import ModelProcess

ANY_DEVICE = ("cuda", "mps", "cpu")

Floats = NDArray[np.float32]


@pytest.fixture
def accelerator(models: ModelProcess) -> Accelerator:
    pytest.importorskip("torch", reason="PyTorch is not installed") if not models.possible_kinds() else None
    return Accelerator(lambda: models, kinds=ANY_DEVICE, idle=0, running=0)


class Alone(Comparing):
    """Has no BLAS to fall back on."""

    def __init__(self, accelerator: Accelerator, progress: Progress | None = None) -> None:
        super().__init__(accelerator, progress or Progress())
        self._blas = None  # type: ignore[assignment]


def scattered(rows: int, places: int = 40, dimensions: int = 24, length: float = 1.0) -> Floats:
    generator = np.random.default_rng(rows)
    centres = generator.normal(size=(places, dimensions))
    found = centres[generator.integers(0, places, rows)] + 0.3 * generator.normal(size=(rows, dimensions))
    return (length * found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(
    ("vectors", "count"),
    [
        (scattered(6_000), 15),  # several blocks
        (scattered(900, dimensions=512), 15),
        (scattered(900, length=300.0), 15),
        (scattered(17), 16),
        (scattered(2), 1),
        (np.repeat(scattered(30), 40, axis=0), 15),  # ties in order of row
        (np.zeros((500, 8), np.float32), 12),
        (np.concatenate([np.zeros((50, 8), np.float32), scattered(50, dimensions=8)]), 12),
    ],
    ids=["blocks", "many numbers", "long", "few", "two", "copies", "zeros", "half zeros"],
)
def test_the_neighbours_are_those_of_blas(accelerator: Accelerator, vectors: Floats, count: int) -> None:
    indices, distances = nearest(vectors, count, Alone(accelerator))
    expected, lengths = nearest(vectors, count)
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_array_equal(distances, lengths)


@pytest.mark.parametrize("clusters", [2_000, 3])
@pytest.mark.parametrize("places", [1, 5, 400, 3_500])
def test_the_groups_are_those_of_blas(
    accelerator: Accelerator, places: int, clusters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By either way of finishing the tree, in several blocks."""
    monkeypatch.setattr(neighbours, "_MOST_CLUSTERS", clusters)
    vectors, parameters = scattered(3_500, places), GroupingParameters(min_samples=2)
    found = group(vectors, parameters=parameters, comparison=Alone(accelerator))
    expected = group(vectors, parameters=parameters)
    np.testing.assert_array_equal(found.labels, expected.labels)
    np.testing.assert_allclose(found.strengths, expected.strengths, atol=1e-3)


def test_bridges_are_those_of_blas(accelerator: Accelerator) -> None:
    vectors, generator = scattered(4_000), np.random.default_rng(1)
    core = generator.uniform(0.1, 0.9, 4_000).astype(np.float32)
    labels = generator.integers(0, 70, 4_000)
    length, target = Alone(accelerator).outside(vectors, core, labels, 3)
    expected, where = Blas().outside(vectors, core, labels, 3)
    assert np.isinf(length[labels == 3]).all()
    np.testing.assert_allclose(length, expected, atol=2e-6)
    assert (target == where)[labels != 3].mean() > 0.999
    between = Alone(accelerator).between(vectors, core, np.sort(labels))
    np.testing.assert_allclose(between, Blas().between(vectors, core, np.sort(labels)), atol=2e-6)


def test_one_photo_is_compared_with_nothing(accelerator: Accelerator) -> None:
    for count in (0, 1):
        assert group(scattered(3)[:count], comparison=Alone(accelerator)).labels.tolist() == [-1] * count


# -- when it is worth it ------------------------------------------------------------------------------------


def never() -> NoReturn:
    raise AssertionError("the models' process was asked for")


def test_few_photos_are_nothing_to_ask_a_device_for() -> None:
    nearest(scattered(4_999), 3, Comparing(Accelerator(never), Progress()))
    nearest(scattered(60), 3, Comparing(None, Progress()))


def test_a_process_without_a_gpu_is_not_started() -> None:
    with ModelProcess(device="cpu") as models:
        nearest(scattered(1_000), 3, Comparing(Accelerator(lambda: models, idle=0, running=0), Progress()))
        assert not models.running


def test_a_process_on_the_cpu_is_left_alone(models: ModelProcess) -> None:
    if models.describe_device().kind != "cpu":
        pytest.skip("models run on a GPU here")
    before = models.new_job()
    nearest(scattered(1_000), 3, Comparing(Accelerator(lambda: models, idle=0, running=0), Progress()))
    assert models.new_job() == before + 1


# -- when something happens ---------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
@pytest.mark.parametrize("blocks", [0, 2])
def test_blas_goes_on_where_the_process_died(blocks: int, caplog: pytest.LogCaptureFixture) -> None:
    vectors = scattered(8_000)
    with ModelProcess() as models:
        comparing = Comparing(Accelerator(lambda: models, ANY_DEVICE, 0, 0), Progress())
        pid = models.child().pid

        class Dying(Comparing):
            def candidates(self, rows: Any, count: int) -> Iterator[Any]:
                for number, block in enumerate(comparing.candidates(rows, count)):
                    if number == blocks > 0:
                        os.kill(pid, signal.SIGKILL)
                    yield block

        if blocks == 0:
            os.kill(pid, signal.SIGSTOP)
            threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
        with caplog.at_level(logging.WARNING, "pixsort.grouping"):
            indices, distances = nearest(vectors, 15, Dying(None, Progress()))
            comparing.between(vectors, np.zeros(8_000, np.float32), np.repeat([0, 1], 4_000))
        assert not models.running  # and it was not started again for that
        assert not models.memory._used
    expected, lengths = nearest(vectors, 15)
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_array_equal(distances, lengths)
    (told,) = caplog.records
    assert told.getMessage().startswith("Photos are compared on the CPU. The models' process broke down")


def test_cancelling_takes_effect_at_once_and_gives_memory_back(
    accelerator: Accelerator, models: ModelProcess
) -> None:
    vectors, progress = scattered(30_000, dimensions=256), Progress()
    pid = models.child().pid
    blocks = Alone(accelerator, progress).candidates(vectors, 15)
    next(blocks)
    size = os.fstat(models.memory.handle).st_blocks if models.memory.handle is not None else 0
    progress.cancel()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        for _ in blocks:
            pass
    assert time.monotonic() - began < 2
    until = time.monotonic() + 10
    while models.memory._used and time.monotonic() < until:
        time.sleep(0.05)
    assert not models.memory._used
    if sys.platform == "linux" and models.memory.handle is not None:
        assert os.fstat(models.memory.handle).st_blocks < size - 30_000 * 256 * 4 // 512 // 2
    assert models.child().pid == pid
    few = scattered(50)
    np.testing.assert_array_equal(nearest(few, 3, Alone(accelerator))[0], nearest(few, 3)[0])


def test_blas_is_cancelled_between_blocks() -> None:
    progress = Progress()
    blocks = Comparing(None, progress).candidates(scattered(6_000), 5)
    next(blocks)
    progress.cancel()
    with pytest.raises(Cancelled):
        next(blocks)


# -- a project ----------------------------------------------------------------------------------------------


def test_a_project_has_the_same_columns_either_way(
    library: Library, accelerator: Accelerator, make_jpeg: Callable[..., Path]
) -> None:
    files = [
        make_jpeg(f"{seed}-{n}.jpg", seed=seed, size=(96 + n, 64)) for seed in range(9) for n in range(3)
    ]
    boards = []
    for place in (None, accelerator):
        project = open_project(library, name=f"by {place}")
        import_photos(library, project_id=project.id, paths=files)
        group_photos(library, project_id=project.id, accelerator=place)
        boards.append([column.photo_ids for column in board(library, project.id)])
    assert boards[0] == boards[1]
    assert len(boards[0]) > 5
