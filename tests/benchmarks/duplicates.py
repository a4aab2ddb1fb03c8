"""Which edited copies are found, and which photographs are called copies that are none.

    python tests/benchmarks/duplicates.py [--data ../shared/data] [--photos DIR] [--hard [--embedding ID]] [--speed] [--json]

Of each photograph twelve edited copies are made (`duplicate_edits`). For each edit, originals and copies are imported
into a new library and the program's own search is asked. Recall: copies that stand in one set with their original.
Precision: pairs within one set that are indeed copies. Then only originals, with the frames of moving scenes and
hand-held series, and with `lookalikes`: pairs of different exposures that are called copies. The method's limits were chosen
on the photographs called «seen», and its errors on «unseen» were looked at when it was last changed; the «third» set was
scored afterwards. Beside it, for the same pictures, the hashes of imagededup (if it is installed, or named by PYTHONPATH)
at its usual limit of 10 bits.
--photos DIR: only this, with photographs of your own, no two of which should be copies.
--hard: harder edits, of every third photograph of «seen» and «unseen» among the frames, by what proposes candidates: hashes
alone, with the built-in embedding, and with that of the learned model ID, which has to be on this computer.
--speed: 100,000 fingerprints and sketches at random, candidates alone.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import itertools
import json
import shutil
import sys
import tempfile
import time
import types
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from duplicate_edits import EDITS, HARD_EDITS, edited_file
from lookalikes import lookalikes
from PIL import Image, ImageOps

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.grouping import duplicates as pairing
from pixsort_desktop.jobs.embed_with_model import embed_project
from pixsort_desktop.jobs.find_duplicates import find_duplicates
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.installed import find_installed, models_folder

ROOT = Path(__file__).resolve().parents[2]
SEEN = ("grouping/singles", "grouping/scenes", "grouping/sequences", "quality/kodak", "quality/reference")
CAMERAS, GALLERY = "metadata/cameras/jpg", "metadata/gallery"
UNSEEN = (
    f"{CAMERAS}/exif-org", f"{CAMERAS}/gps", f"{CAMERAS}/tests", "metadata/cameras/tiff", "metadata/assets/albums",
    f"{GALLERY}/test/backend/assets/4MinsAroundTheWorld", f"{GALLERY}/demo/images", "metadata/cameras/heic",
)  # fmt: skip
THIRD = ("faces", "metadata/orientation", f"{CAMERAS}/xmp", "metadata/assets/metadata")
# One photograph stands in the third set several times, cropped, framed, numbered or as it is: one of each is left.
AGAIN = {
    "obama-1080p.jpg", "obama-720p.jpg", "obama-480p.jpg", "obama-240p.jpg", "obama_small.jpg", "obama_partial_face.jpg",
    "obama_partial_face2.jpg", "32bit.png", "biden.jpg", "obama3.jpg", "portrait-orientation-6.jpg",
    *(f"{shape}_{flag}.jpg" for shape in ("Landscape", "Portrait") for flag in (0, 2, 3, 4, 5, 6, 7, 8)),
}  # fmt: skip
NO_PICTURES = {"67-0_length_string.jpg", "BlueSquare.jpg"}  # one grey, one blue: nothing to know a copy by
SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".tiff"}
LEAST_SIDE = 150
KNOWN_COPIES = {frozenset({"image00040.jpg", "cave_01.jpg"})}  # the same photograph stands in two of the sets
HASHES = ("PHash", "DHash", "AHash", "WHash")
USUAL_LIMIT = 10


def photographs(data: Path, folders: Iterable[str]) -> list[Path]:
    """Pictures to be edited; of each clip of a moving scene the first frame."""
    found: list[Path] = []
    contents: set[bytes] = set()
    clips: set[tuple[Path, bool]] = set()
    for folder in folders:
        for path in sorted((data / folder).rglob("*")):
            if path.suffix.lower() not in SUFFIXES or path.name in AGAIN | NO_PICTURES:
                continue
            content = path.read_bytes()
            if content in contents:
                continue
            contents.add(content)
            try:
                with Image.open(path) as image:
                    small = min(image.size) < LEAST_SIDE
                    image.load()
            except (OSError, ValueError):
                continue
            clip = (path.parent, path.name > "00050")
            if small or ("sequences" in path.parts and clip in clips):
                continue
            clips.add(clip)
            found.append(path)
    return found


def upright(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def copy_of(path: Path, edit: str) -> tuple[bytes, str]:
    """An edited copy, as the bytes of a file and its suffix."""
    return edited_file(upright(path), edit, zlib.crc32(path.name.encode()))


def found_sets(paths: Iterable[Path]) -> list[set[str]]:
    """The names that stand together when the program looks through a new library with these files."""
    with (
        tempfile.TemporaryDirectory(prefix="pixsort-benchmark-") as folder,
        Library.open(Path(folder)) as library,
    ):
        project_id = create_project(library, name="Benchmark").id
        import_photos(library, project_id=project_id, paths=list(paths))
        found = find_duplicates(library, project_id=project_id)
        return [{copy.path for copy in each.copies} for each in found]


def score_edits(originals: list[Path], work: Path) -> dict[str, dict[str, float]]:
    """Recall and precision by edit."""
    scores: dict[str, dict[str, float]] = {}
    source = {path: f"{at:03}" for at, path in enumerate(originals)}
    for edit in EDITS:
        folder = work / "edit"
        folder.mkdir()
        names: dict[str, str] = {str(path): path.name for path in originals}
        originals_of: dict[str, str] = {}
        for path in originals:
            content, suffix = copy_of(path, edit)
            copy = folder / f"{source[path]}{suffix}"
            copy.write_bytes(content)
            originals_of[str(copy)] = str(path)
            names[str(copy)] = path.name
        sets = found_sets([*originals, folder])
        together = {pair for each in sets for pair in itertools.combinations(sorted(each), 2)}
        hits = sum(tuple(sorted(pair)) in together for pair in originals_of.items())
        right = sum(
            _are_copies(names[one], names[other], originals_of, one, other) for one, other in together
        )
        scores[edit] = {
            "recall": hits / len(originals_of),
            "precision": right / max(1, len(together)),
            "pairs": len(together),
        }
        shutil.rmtree(folder)
    return scores


def _are_copies(name: str, other_name: str, originals: dict[str, str], one: str, other: str) -> bool:
    return (
        originals.get(one, one) == originals.get(other, other)
        or frozenset({name, other_name}) in KNOWN_COPIES
    )


def score_exposures(data: Path) -> dict[str, Any]:
    """Of the frames of moving scenes and of hand-held series, the pairs that are called copies."""
    frames = [
        path
        for folder in ("grouping/sequences", "grouping/scenes")
        for path in sorted((data / folder).rglob("*.jpg"))
    ]
    sets = found_sets(frames)
    neighbours = sum(one.parent == other.parent for one, other in itertools.combinations(frames, 2))
    called = [[Path(path).name for path in each] for each in sets]
    return {"frames": len(frames), "pairs of one scene": neighbours, "called copies": called}


def score_lookalikes(data: Path, work: Path) -> dict[str, Any]:
    """Which of the made pictures that look alike are called copies."""
    names = []
    for name, picture in lookalikes(data / "grouping/sequences"):
        picture.save(work / f"{name}.jpg", quality=90)
        names.append(name)
    called = [[Path(path).stem for path in each] for each in found_sets([work])]
    return {"pictures": len(names), "called copies": called}


# -- harder edits ---------------------------------------------------------------------------------------------


def score_hard(data: Path, embedding_id: str | None) -> dict[str, dict[str, tuple[float, int, float]]]:
    """By edit, and by what proposes candidates: recall, pairs that are called copies and are none, seconds of the search."""
    originals = [path for folders in (SEEN, UNSEEN) for path in photographs(data, folders)[::3]]
    frames = sorted((data / "grouping/sequences").rglob("*.jpg"))
    scores = {}
    for edit in HARD_EDITS:
        with tempfile.TemporaryDirectory(prefix="pixsort-benchmark-") as work:
            scores[edit] = _score_hard_edit(Path(work), originals, frames, edit, embedding_id)
        told = "".join(f"{s[0]:9.3f}{s[1]:4}{s[2]:7.0f} s" for s in scores[edit].values())
        print(f"  {edit:26}{told}", flush=True)
    return scores


def _score_hard_edit(
    work: Path, originals: list[Path], frames: list[Path], edit: str, embedding_id: str | None
) -> dict[str, tuple[float, int, float]]:
    pairs: set[tuple[str, str]] = set()
    for at, path in enumerate(originals):
        content, suffix = copy_of(path, edit)
        copy = work / f"{at:03}{suffix}"
        copy.write_bytes(content)
        pairs.add((str(copy), str(path)))
    allowed = {tuple(sorted(pair)) for pair in pairs}
    found = {}
    with Library.open(work / "library") as library:
        project_id = create_project(library, name="Benchmark").id
        import_photos(library, project_id=project_id, paths=[*originals, *frames, *sorted(work.glob("0*"))])
        for name, asked in proposers(embedding_id):
            if name == embedding_id:
                _embed(library, project_id, name)
            with asked:
                began = time.perf_counter()
                sets = find_duplicates(
                    library,
                    project_id=project_id,
                    embedding_id=embedding_id if name == embedding_id else None,
                )
                seconds = time.perf_counter() - began
            paths = [sorted(copy.path for copy in each.copies) for each in sets]
            together = {pair for each in paths for pair in itertools.combinations(each, 2)}
            wrong = [
                pair
                for pair in together - allowed
                if frozenset(Path(each).name for each in pair) not in KNOWN_COPIES
            ]
            found[name] = (len(together & allowed) / len(pairs), len(wrong), seconds)
    return found


def proposers(embedding_id: str | None) -> Iterable[tuple[str, Any]]:
    """Hashes alone, with the built-in embedding, with a learned one; each later one has what those before found out."""
    alone = contextlib.ExitStack()
    for name in ("sketch_candidates", "neighbour_candidates"):
        alone.enter_context(mock.patch.object(pairing, name, lambda *_: []))
    yield "hashes", alone
    yield "built in", contextlib.nullcontext()
    if embedding_id:
        yield embedding_id, contextlib.nullcontext()


def _embed(library: Library, project_id: int, model_id: str) -> None:
    with ModelProcess() as models:
        embed_project(
            library, project_id=project_id, model=find_installed(models_folder(), model_id), models=models
        )


# -- imagededup -----------------------------------------------------------------------------------------------


def imagededup_hashes() -> dict[str, Any]:
    """Its hash methods by name; none where it is not installed. Its learned method would need torch and a download."""
    try:
        package = importlib.import_module("imagededup")
        for room in ("methods", "utils"):  # without their __init__, which import torch and matplotlib
            module = types.ModuleType(f"imagededup.{room}")
            module.__path__ = [str(Path(str(package.__file__)).parent / room)]
            sys.modules[f"imagededup.{room}"] = module
        hashing = importlib.import_module("imagededup.methods.hashing")
    except ImportError as error:
        print(f"imagededup not installed ({error})", file=sys.stderr)
        return {}
    return {name: getattr(hashing, name)(verbose=False) for name in HASHES}


def score_hashes(originals: list[Path], frames: list[Path]) -> dict[str, dict[str, float]]:
    """For each hash: recall by edit at its usual limit, precision among originals and copies, bursts called copies."""
    scores: dict[str, dict[str, float]] = {}
    pictures = {path: upright(path) for path in originals}
    for name, method in imagededup_hashes().items():

        def bits(image: Image.Image, method: Any = method) -> int:
            return int(method.encode_image(image_array=np.asarray(image)), 16)

        own = {path: bits(image) for path, image in pictures.items()}
        score: dict[str, float] = {}
        wrong = sum(_near(a, b) for a, b in itertools.combinations(own.values(), 2))
        right = 0
        for edit in EDITS:
            hits = 0
            for path in pictures:
                with Image.open(io.BytesIO(copy_of(path, edit)[0])) as copy:
                    found = bits(copy.convert("RGB"))
                hits += _near(found, own[path])
                wrong += sum(_near(found, theirs) for other, theirs in own.items() if other != path)
            score[edit] = hits / len(originals)
            right += hits
        score["precision"] = right / max(1, right + wrong)
        clip = {path: bits(upright(path)) for path in frames}
        pairs = [
            _near(clip[a], clip[b]) for a, b in itertools.combinations(frames, 2) if a.parent == b.parent
        ]
        score["burst pairs called copies"] = sum(pairs) / max(1, len(pairs))
        scores[name] = score
    return scores


def _near(one: int, other: int) -> bool:
    return (one ^ other).bit_count() <= USUAL_LIMIT


# -- speed ----------------------------------------------------------------------------------------------------


def speed(photos: int = 100_000) -> dict[str, float]:
    """Seconds to find the candidates among so many photos; half as many again have a second pose, as photos do."""
    rng = np.random.default_rng(3)
    rows = photos + photos // 2
    owner = np.concatenate([np.arange(photos), rng.integers(0, photos, rows - photos)])
    phash, dhash = (rng.integers(0, 2**64, rows, dtype=np.uint64) for _ in range(2))
    hashes = pairing.Hashes(owner, np.zeros(rows, np.uint8), np.arange(rows) < photos, phash, dhash)
    started, busy = time.perf_counter(), time.process_time()
    pairing.hash_candidates(hashes)
    by_hash = time.perf_counter() - started
    vectors = rng.standard_normal((photos, 196), dtype=np.float32)
    started = time.perf_counter()
    pairing.sketch_candidates(vectors)
    return {
        "photos": photos,
        "by hash, s": by_hash,
        "by embedding, s": time.perf_counter() - started,
        "processor time of both, s": time.process_time() - busy,
    }


def evaluate(data: Path) -> dict[str, Any]:
    result: dict[str, Any] = {}
    clips = sorted((data / "grouping/sequences").rglob("*.jpg"))
    for name, folders in (("seen", SEEN), ("unseen", UNSEEN), ("third", THIRD)):
        result[name] = score_photographs(photographs(data, folders), clips)
    result["exposures"] = score_exposures(data)
    with tempfile.TemporaryDirectory(prefix="pixsort-benchmark-") as work:
        result["lookalikes"] = score_lookalikes(data, Path(work))
    return result


def score_photographs(originals: list[Path], clips: list[Path]) -> dict[str, Any]:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="pixsort-benchmark-") as work:
        scores = score_edits(originals, Path(work))
    seconds = time.perf_counter() - started
    return {"photographs": len(originals), "PixSort": scores, "seconds": seconds} | score_hashes(
        originals, clips
    )


def show(result: dict[str, Any]) -> None:
    for name, part in result.items():
        if "PixSort" in part:
            _show_edits(name, part)
    if "exposures" in result:
        exposures = result["exposures"]
        print(
            f"{exposures['frames']} frames of moving scenes and hand-held series, {exposures['pairs of one scene']} pairs"
            f" of one folder: {len(exposures['called copies'])} sets called copies {exposures['called copies'] or ''}"
        )
        alike = result["lookalikes"]
        called = alike["called copies"]
        print(f"{alike['pictures']} lookalikes: {len(called)} sets called copies {called or ''}")


def _show_edits(name: str, part: dict[str, Any]) -> None:
    others = [each for each in HASHES if each in part]
    print(
        f"{name}: {part['photographs']} photographs; recall by edit ({part['seconds']:.0f} s with the imports)"
    )
    print(f"{'':28}{'PixSort':>9}{'precision':>11}" + "".join(f"{each:>9}" for each in others))
    for edit, score in part["PixSort"].items():
        beside = "".join(f"{part[each][edit]:9.3f}" for each in others)
        print(f"  {edit:26}{score['recall']:9.3f}{score['precision']:11.3f}{beside}")
    for line in ("precision", "burst pairs called copies") if others else ():
        print(f"  {line:26}{'':20}" + "".join(f"{part[each][line]:9.3f}" for each in others))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT / ".." / "shared" / "data")
    parser.add_argument("--photos", type=Path, help="score the photographs in this folder instead")
    parser.add_argument("--hard", action="store_true", help="only the harder edits")
    parser.add_argument("--embedding", metavar="ID", help="with --hard: a learned model, too")
    parser.add_argument(
        "--speed", action="store_true", help="only how long the candidates of 100,000 photos take"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.speed:
        print(json.dumps({key: round(value, 1) for key, value in speed().items()}))
        return
    if arguments.photos:
        originals = photographs(arguments.photos.resolve(), ["."])
        show({arguments.photos.name: score_photographs(originals, [])})
        return
    if not arguments.data.is_dir():
        raise SystemExit(f"There are no photographs at {arguments.data}.")
    if arguments.hard:
        score_hard(arguments.data.resolve(), arguments.embedding)
        return
    result = evaluate(arguments.data.resolve())
    if arguments.json:
        print(json.dumps(result))
    else:
        show(result)


if __name__ == "__main__":
    main()
