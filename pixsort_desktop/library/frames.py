"""Photos of several files: a face, which stands on boards and is judged, and its companions.

Every file's bytes have a row of `photos`. A companion's names its face (`face_id`) and is in no project itself: it goes
wherever its face goes. So whatever asks for a project's photos gets faces, and who acts on files asks `frame_files`.
"""

from __future__ import annotations

from collections.abc import Iterable

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import shown_path
from pixsort_desktop.library.records import PhotoFile

_CHUNK = 500


def frame_files(library: Library, photo_ids: Iterable[int]) -> dict[int, list[PhotoFile]]:
    """Photo id -> every file of that frame: the face's own first, then those of its companions.

    `photo_ids` are faces, as projects hold them. Each file names the row that has its bytes (`photo_id`); of one row,
    files that were missing when last looked for come last. A photo without any file has an empty list.
    """
    wanted = list(dict.fromkeys(photo_ids))
    found: dict[int, list[PhotoFile]] = {photo_id: [] for photo_id in wanted}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ", ".join("?" * len(part))
        rows = library.rows(
            "SELECT coalesce(face_id, photos.id) AS face, files.id, photo_id, path, size, mtime_ns, role"
            " FROM photos JOIN files ON files.photo_id = photos.id"
            f" WHERE photos.id IN ({marks}) OR face_id IN ({marks})"
            " ORDER BY face_id IS NOT NULL, photos.id, role = 'missing', files.id",
            [*part, *part],
        )
        for row in rows:
            face, file_id, photo_id, path, size, mtime_ns, role = row
            if face in found:
                found[face].append(PhotoFile(file_id, photo_id, shown_path(path), size, mtime_ns, role))
    return found
