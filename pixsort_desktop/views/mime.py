"""What is dragged: photos of a project, a column, or files from another program."""

from __future__ import annotations

import json

from PySide6.QtCore import QByteArray, QMimeData

PHOTOS = "application/x-pixsort-photos"
COLUMN = "application/x-pixsort-column"


def photos_to_mime(project_id: int, photo_ids: list[int]) -> QMimeData:
    """Photos on their way; only this program understands them, so no other can take the originals away."""
    mime = QMimeData()
    mime.setData(PHOTOS, QByteArray(json.dumps([project_id, photo_ids]).encode()))
    return mime


def photos_from_mime(mime: QMimeData) -> tuple[int, list[int]] | None:
    """(project id, photo ids), or None where no photos are dragged."""
    if not mime.hasFormat(PHOTOS):
        return None
    try:
        project_id, photo_ids = json.loads(bytes(mime.data(PHOTOS).data()))
        return int(project_id), [int(photo_id) for photo_id in photo_ids]
    except (ValueError, TypeError):
        return None


def column_to_mime(group_id: int) -> QMimeData:
    mime = QMimeData()
    mime.setData(COLUMN, QByteArray(str(group_id).encode()))
    return mime


def column_from_mime(mime: QMimeData) -> int | None:
    """The group id of the dragged column, or None."""
    if not mime.hasFormat(COLUMN):
        return None
    try:
        return int(bytes(mime.data(COLUMN).data()))
    except ValueError:
        return None


def paths_from_mime(mime: QMimeData) -> list[str]:
    """Local files and folders that another program drags here."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile() and url.toLocalFile()]
