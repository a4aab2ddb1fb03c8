"""The system's own dialogs for photos and folders; they do not stop the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

Chosen = Callable[[list[str]], None]


def choose_photos(parent: QWidget, folder: str, chosen: Chosen) -> None:
    """Ask for files, beginning in `folder`; `chosen(paths)` is called when there is an answer."""
    _ask(parent, "Add photos", folder, QFileDialog.FileMode.ExistingFiles, chosen)


def choose_folder(parent: QWidget, folder: str, chosen: Chosen) -> None:
    """Ask for one folder."""
    _ask(parent, "Add a folder of photos", folder, QFileDialog.FileMode.Directory, chosen)


def _ask(parent: QWidget, title: str, folder: str, mode: QFileDialog.FileMode, chosen: Chosen) -> None:
    dialog = QFileDialog(parent, title, folder)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(mode)
    dialog.filesSelected.connect(chosen)
    dialog.open()
