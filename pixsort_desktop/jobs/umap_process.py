"""UMAP in a process of its own: its compiled loops hold Python's lock for seconds, and a window would stand still.

Runs `python -m pixsort_desktop.jobs.umap_process IN OUT` between two .npy files. The child ends with its input, also
when the program was killed.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.progress import Progress

LEAST = 16  # photos; UMAP's neighbourhoods make no sense of fewer
_NEIGHBOURS = 15  # UMAP's own default
_SEED = 7


def umap_installed() -> bool:
    """Whether the package umap-learn is there. A bundle has no Python that could run it."""
    return not getattr(sys, "frozen", False) and importlib.util.find_spec("umap") is not None


def umap_places(vectors: NDArray[np.float32], progress: Progress) -> NDArray[np.float64]:
    """(n, 2) of (n, d), n at least `LEAST`; the same for the same vectors. Raises Cancelled, PixsortError where UMAP fails."""
    with tempfile.TemporaryDirectory(prefix="pixsort-map-") as folder:
        given, made, said = (Path(folder) / name for name in ("vectors.npy", "places.npy", "log"))
        np.save(given, vectors)
        with said.open("wb") as log:
            child = _start(given, made, log.fileno())
            try:
                while child.poll() is None:
                    progress.check()
                    time.sleep(0.05)
            finally:
                child.kill()
                child.communicate()
        if child.returncode != 0 or not made.exists():
            lines = said.read_text(errors="replace").strip().splitlines()
            raise PixsortError(f"UMAP could not make the map: {lines[-1] if lines else 'it ended'}")
        places = np.load(made).astype(np.float64)
    if places.shape != (len(vectors), 2) or not np.isfinite(places).all():
        raise PixsortError("UMAP could not make the map: its answer makes no sense.")
    return np.asarray(places, np.float64)


def _start(given: Path, made: Path, log: int) -> subprocess.Popen[bytes]:
    package = Path(__file__).resolve().parents[2]
    path = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-m", __name__, str(given), str(made)],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env={**os.environ, "PYTHONPATH": path},
    )


def _serve(given: Path, made: Path) -> None:
    """The child."""

    def follow() -> None:
        os.read(sys.stdin.fileno(), 1)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
    import umap

    vectors = np.load(given)
    model = umap.UMAP(
        n_neighbors=min(_NEIGHBOURS, len(vectors) - 1),
        min_dist=0.3,  # thumbnails need more room than dots
        init="pca",
        random_state=_SEED,
        n_jobs=1,
    )
    places = model.fit_transform(vectors)
    unfinished = made.with_suffix(".part.npy")
    np.save(unfinished, places)
    unfinished.replace(made)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), Path(sys.argv[2]))
