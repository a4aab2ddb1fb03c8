"""Mutated real files, some hundreds of them, through everything that an import does; the benchmark runs thousands."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def test_some_hundred_mutants_end_as_pictures_or_sentences(shared_data: Path) -> None:
    script = Path(__file__).resolve().parents[1] / "benchmarks" / "fuzz.py"
    spec = importlib.util.spec_from_file_location("fuzz", script)
    assert spec is not None and spec.loader is not None
    fuzz = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fuzz)
    report = fuzz.fuzz(inputs=400, seed=77, seconds=60)
    assert report["findings"] == []
    assert report["inputs"] == 400
    assert report["endings"]["picture"] > 50 and report["endings"]["sentence"] > 50
    assert report["peak_mb"] < 2500  # no more than one picture may take, and the program
