"""Finding copies: the same bytes, the same pixels, or the same photograph edited.

What is learnt of a picture and of a pair is kept with the library, in small transactions: a search that was stopped
goes on where it was, and the next one looks only at what is new.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping import duplicates as pairing
from pixsort_desktop.grouping.duplicates import Candidate, Edge
from pixsort_desktop.jobs.copy_candidates import asked_embeddings, copy_candidates
from pixsort_desktop.jobs.copy_pictures import Pictures, digest_of_pixels
from pixsort_desktop.jobs.keepers import Copy, KeepRules, choose_keeper, keep_rules
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.same_exposure import other_exposure, same_frame
from pixsort_desktop.jobs.settle_duplicates import Settlement
from pixsort_desktop.jobs.whereabouts import absent_paths
from pixsort_desktop.library import duplicates as kept
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import Fingerprint
from pixsort_desktop.library.jobs import note_progress
from pixsort_desktop.library.photos import get_photos, photo_files
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision import fingerprint, likeness

KINDS = ("exact", "pixels", "near")
BATCH = 64
_SAME_THUMBNAIL = 1.5  # grey levels, mean: only so alike are whole pictures decoded to compare every pixel
_EVEN_BITS = 6  # of the 128 of a fingerprint: by so many may thumbnails of the same pixels differ
_TRIED = 2  # another number when pairs are laid in other poses
_JUDGED_BY = _TRIED * 10_000 + fingerprint.VERSION * 100 + likeness.VERSION


@dataclass(frozen=True, slots=True)
class DuplicateSet:
    """Copies of one picture, two or more; `keeper` is the index of the one that the rules would keep."""

    kind: str  # 'exact': files with the same bytes; 'pixels': other bytes, same picture; 'near': edited
    copies: tuple[Copy, ...]
    keeper: int

    @property
    def ids(self) -> tuple[int, ...]:
        """Of each copy the id of its photo; of files with the same bytes, of its file."""
        return tuple(copy.photo.id if copy.file_id is None else copy.file_id for copy in self.copies)

    def settled(self, keeper: int) -> Settlement:
        """What becomes of the set when the copy of that index stays."""
        others = tuple(each for at, each in enumerate(self.ids) if at != keeper)
        photo_id = self.copies[keeper].photo.id if self.kind == "exact" else None
        return Settlement(self.ids[keeper], others, photo_id)

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "kind": self.kind,
            "photos": [copy.path for copy in self.copies],
            "keeper": self.copies[self.keeper].path,
        }


def find_duplicates(
    library: Library,
    *,
    project_id: int | None = None,
    kinds: Sequence[str] = KINDS,
    embedding_id: str | None = None,
    progress: Progress | None = None,
) -> list[DuplicateSet]:
    """The sets of copies in a project, or (None) in the library, without those that the user wants kept.

    Exact sets first, then same pixels, then near ones. Burst frames are no copies, nor are the files of one frame
    (RAW + JPEG). For near ones `asked_embeddings` are asked, too. Raises PixsortError for an unknown kind and an embedding
    without vectors, and `Cancelled` with what was learnt kept.
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise PixsortError(f"There is no kind «{unknown[0]}» of duplicates; there are {', '.join(KINDS)}.")
    embeddings = asked_embeddings(library, project_id, embedding_id) if "near" in kinds else ()
    photo_ids = kept.scope(library, project_id)
    found = _exact_sets(library, photo_ids) if "exact" in kinds else []
    if {"pixels", "near"} & set(kinds) and len(photo_ids) > 1:
        asked = {"kinds": list(kinds), "embeddings": list(embeddings)}
        with recorded_job(library, "duplicates", project_id, None, asked) as job_id:
            search = _Search(library, photo_ids, progress or Progress(), job_id)
            edges = search.run(
                partial(copy_candidates, library, project_id=project_id, embedding_ids=embeddings)
            )
        found += _photo_sets(library, edges, kinds)
    return suggested(_looked_for(library, found), keep_rules(library))


def suggested(sets: Sequence[DuplicateSet], rules: KeepRules) -> list[DuplicateSet]:
    """The same sets with the keepers that these rules would keep."""
    return [replace(each, keeper=choose_keeper(each.copies, rules)) for each in sets]


def _looked_for(library: Library, sets: Sequence[DuplicateSet]) -> list[DuplicateSet]:
    """The same sets; their copies know whether they are there. A photo with several files is where one of them is."""
    absent = absent_paths({copy.path for each in sets for copy in each.copies})
    others = {
        copy.photo.id: [file.path for file in photo_files(library, copy.photo.id) if file.path != copy.path]
        for each in sets
        for copy in each.copies
        if copy.file_id is None and copy.path in absent
    }
    gone = absent_paths({path for paths in others.values() for path in paths})

    def looked_for(copy: Copy) -> Copy:
        elsewhere = () if copy.file_id is not None else others.get(copy.photo.id, ())
        here = next((path for path in elsewhere if path not in gone), None)
        return replace(copy, path=here) if here else replace(copy, absent=absent.get(copy.path))

    found = [replace(each, copies=tuple(map(looked_for, each.copies))) for each in sets]
    return [alone for each in found if len((alone := _without_aliases(each)).copies) > 1]


def _without_aliases(found: DuplicateSet) -> DuplicateSet:
    """Of files with the same bytes those that are files of their own: a link frees no room, and is nobody's copy."""
    if found.kind != "exact":
        return found
    met: set[tuple[int, int]] = set()
    own = []
    for copy in found.copies:
        path = Path(copy.path)
        try:
            there = path.stat() if copy.absent is None else None
        except OSError:
            there = None
        if there is not None and there.st_ino:  # some network drives do not number their files
            if path.is_symlink() or (there.st_dev, there.st_ino) in met:
                continue
            met.add((there.st_dev, there.st_ino))
        own.append(copy)
    return replace(found, copies=tuple(own))


def _exact_sets(library: Library, photo_ids: list[int]) -> list[DuplicateSet]:
    copies = kept.exact_copies(library, photo_ids)
    photos = {photo.id: photo for photo in get_photos(library, [each.photo_id for each in copies])}
    apart = kept.kept_apart(library, "kept_files")
    found = []
    for each in copies:
        path_of = dict(each.files)
        edges = [
            Edge(one, other, 1.0)
            for at, (one, _) in enumerate(each.files)
            for other, _ in each.files[at + 1 :]
            if (one, other) not in apart
        ]
        files = {file.id: file for file in photo_files(library, each.photo_id)}
        for ids in pairing.sets_of(edges, apart):
            members = tuple(
                Copy(photos[each.photo_id], path_of[i], files[i].size, files[i].mtime_ns, i) for i in ids
            )
            found.append(DuplicateSet("exact", members, 0))
    return found


def _photo_sets(library: Library, edges: list[Edge], kinds: Sequence[str]) -> list[DuplicateSet]:
    apart = kept.kept_apart(library, "kept_photos")
    wanted = [
        edge
        for edge in edges
        if ("pixels" if edge.closeness == 1.0 else "near") in kinds and (edge.one, edge.other) not in apart
    ]
    sets = pairing.sets_of(wanted, apart)
    equal = {frozenset(ids) for ids in pairing.sets_of(e for e in wanted if e.closeness == 1.0)}
    photos = {photo.id: photo for photo in get_photos(library, [i for ids in sets for i in ids])}
    found = []
    for ids in sets:
        members = tuple(_copy(library, photos[i]) for i in ids if i in photos)
        if len(members) > 1:
            kind = "pixels" if frozenset(ids) in equal else "near"
            found.append(DuplicateSet(kind, members, 0))
    return sorted(found, key=lambda each: each.kind != "pixels")


def _copy(library: Library, photo: Photo) -> Copy:
    files = photo_files(library, photo.id)
    size, modified_ns = (files[0].size, files[0].mtime_ns) if files else (0, 0)
    return Copy(photo, photo.path, size or 0, modified_ns or 0)


class _Search:
    """One run: fingerprints that are lacking, candidates, and a look at each that was never looked at."""

    def __init__(self, library: Library, photo_ids: list[int], progress: Progress, job_id: int) -> None:
        self.library = library
        self.progress = progress
        self.job_id = job_id
        self.photos = {photo.id: photo for photo in get_photos(library, photo_ids)}
        self.pictures = Pictures(library)

    def run(self, proposed: Callable[..., Iterable[Candidate]]) -> list[Edge]:
        """Every pair of copies among those `proposed` for fingerprints: photo ids and closeness."""
        self._complete()
        prints = kept.fingerprints(self.library, fingerprint.VERSION)
        self.prints = {i: prints[i] for i in self.photos if i in prints}
        self.progress.report("Looking for duplicates", 0, 0)
        candidates = [
            each
            for each in proposed(self.prints, progress=self.progress)
            if not same_frame(self.photos[each.one], self.photos[each.other])
        ]
        known = kept.comparisons(self.library, _JUDGED_BY)
        edges: list[Edge] = []
        waiting: list[Candidate] = []
        joined = pairing.Joined(kept.kept_apart(self.library, "kept_photos"))
        for candidate in candidates:
            closeness = known.get(self._pair(candidate))
            if closeness is None:
                waiting.append(candidate)
            elif closeness > 0:
                joined.join(candidate.one, candidate.other)
                edges.append(Edge(candidate.one, candidate.other, closeness))
        return edges + self._compared(waiting, joined)

    # -- fingerprints ----------------------------------------------------------------------------------------

    def _complete(self) -> None:
        """Make the fingerprints that are lacking, from thumbnails, or from files where there is no thumbnail."""
        known = kept.fingerprints(self.library, fingerprint.VERSION)
        lacking = [photo for photo in self.photos.values() if photo.id not in known]
        done = failed = 0
        for part in self._in_threads(lacking, self._fingerprint):
            self.library.write(partial(_keep_fingerprints, found=part))
            done += len(part)
            failed += sum(hashes is None for _, hashes in part)
            self._tell("Reading pictures", done, len(lacking), failed)

    def _fingerprint(self, photo: Photo) -> tuple[Photo, bytes | None]:
        rgb = self.pictures.small(photo)
        return photo, None if rgb is None else fingerprint.fingerprint(rgb).tobytes()

    # -- comparing -------------------------------------------------------------------------------------------

    def _compared(self, waiting: Sequence[Candidate], joined: pairing.Joined) -> list[Edge]:
        """The copies among candidates. Where others tell already that two are copies, only what may be pixel for pixel
        the same is looked at, and for that alone: of n copies of one picture about n pairs are compared, not n²."""
        waiting = sorted(waiting, key=lambda each: (each.one, each.bits))
        even = {each for each in waiting if self._may_be_even(each.one, each.other)}

        def told(each: Candidate) -> bool:
            return joined.told(each.one, each.other)

        edges: list[Edge] = []
        done = 0
        for part in self._in_threads(
            waiting,
            lambda each: self._compare(each, only_pixels=told(each)),
            lambda each: each in even or not told(each),
        ):
            if part:
                self.library.write(partial(self._keep_comparisons, found=part))
            for candidate, closeness in part:
                if closeness:
                    joined.join(candidate.one, candidate.other)
                    edges.append(Edge(candidate.one, candidate.other, closeness))
            done = min(done + BATCH, len(waiting))
            self._tell("Comparing", done, len(waiting), 0)
        return edges

    def _may_be_even(self, one: int, other: int) -> bool:
        """Whether two photos may be pixel for pixel the same, as far as sizes and fingerprints tell."""
        sizes = [(self.photos[i].width, self.photos[i].height) for i in (one, other)]
        if sizes[0] != sizes[1]:
            return False
        rows, others = self._hashes(one), self._hashes(other)
        if not len(rows) or not len(others):
            return True
        rows = rows[:, None]
        differ = sum(np.bitwise_count(rows[name] ^ others[name]) for name in ("phash", "dhash"))
        laid_alike = (rows["pose"] == others["pose"]) & (rows["trimmed"] == others["trimmed"])
        return bool((laid_alike & (differ <= _EVEN_BITS)).any())

    def _compare(self, candidate: Candidate, *, only_pixels: bool = False) -> tuple[Candidate, float | None]:
        """How close two photos are as copies: 1 for the same pixels, 0 for none; None where one cannot be seen, or where
        they are not the same pixels and more was not asked."""
        one, other = self.photos[candidate.one], self.photos[candidate.other]
        if self._same_pixels(one, other):
            return candidate, 1.0
        if only_pixels:
            return candidate, None
        if other_exposure(one, other):
            return candidate, 0.0
        for poses in self._poses(candidate):
            prepared = [
                self.pictures.prepared(photo, pose) for photo, pose in zip((one, other), poses, strict=True)
            ]
            if prepared[0] is None or prepared[1] is None:
                return candidate, None
            found = likeness.likeness(prepared[0], prepared[1])
            if found is not None and likeness.is_copy(found):
                return candidate, 0.5 + 0.49 * found.same
        return candidate, 0.0

    def _poses(self, candidate: Candidate) -> Iterator[tuple[int, int]]:
        """How both photos are laid: as their hashes agree; where only embeddings do, as they are, then perhaps turned."""
        poses = (candidate.pose_one, candidate.pose_other)
        yield (0, 0) if poses[0] == poses[1] else poses
        rows, others = (self._hashes(i) for i in (candidate.one, candidate.other))
        if candidate.bits == pairing.NO_BITS and len(rows) and len(others):
            one, other, bits = pairing.closest_poses(rows, others)
            if one != other and bits <= pairing.TURNED_BITS:
                yield one, other

    def _same_pixels(self, one: Photo, other: Photo) -> bool:
        if not self._may_be_even(one.id, other.id):
            return False
        first, second = self.prints[one.id].pixels, self.prints[other.id].pixels
        if first is not None and second is not None:
            return first == second
        if (difference := self.pictures.difference(one, other)) is None or difference > _SAME_THUMBNAIL:
            return False
        digests = [self._digest(photo) for photo in (one, other)]
        return digests[0] is not None and digests[0] == digests[1]

    def _hashes(self, photo_id: int) -> NDArray[np.void]:
        return np.frombuffer(self.prints[photo_id].hashes, fingerprint.HASHES)

    def _digest(self, photo: Photo) -> str | None:
        """The SHA-256 of a photo's pixels, kept once it is known."""
        known: Fingerprint = self.prints[photo.id]
        if known.pixels is None:
            digest = digest_of_pixels(self.library, photo)
            if digest is None:
                return None
            known = Fingerprint(known.id, known.photo_id, known.sha256, known.hashes, digest)
            self.prints[photo.id] = known
            self.library.write(lambda t: kept.put_pixels(t, known.id, digest))
        return known.pixels

    def _keep_comparisons(
        self, transaction: Transaction, found: list[tuple[Candidate, float | None]]
    ) -> None:
        rows = [(*self._pair(c), closeness) for c, closeness in found if closeness is not None]
        kept.put_comparisons(transaction, _JUDGED_BY, rows)

    def _pair(self, candidate: Candidate) -> tuple[int, int]:
        one, other = self.prints[candidate.one].id, self.prints[candidate.other].id
        return (one, other) if one < other else (other, one)

    # -- both ------------------------------------------------------------------------------------------------

    def _in_threads(self, items: Sequence[Any], action: Any, wanted: Any = None) -> Iterator[list[Any]]:
        """What `action` gives for the items, a batch at a time; what is not `wanted` then is left out."""
        # Threads of BLAS would wait for each other more than they work: the products of a comparison are small.
        with (
            threadpool_limits(1, "blas"),
            ThreadPoolExecutor(os.cpu_count() or 2, thread_name_prefix="duplicates") as pool,
        ):
            for start in range(0, len(items), BATCH):
                self.progress.check()
                yield list(pool.map(action, filter(wanted, items[start : start + BATCH])))

    def _tell(self, step: str, done: int, total: int, failed: int) -> None:
        self.library.write(lambda t: note_progress(t, self.job_id, done, total, failed))
        self.progress.report(step, done, total, failed)


def _keep_fingerprints(transaction: Transaction, found: Iterable[tuple[Photo, bytes | None]]) -> None:
    for photo, hashes in found:
        if hashes is not None and photo.sha256 is not None:
            kept.put_fingerprint(transaction, photo.sha256, fingerprint.VERSION, hashes)
