"""The models' dialog, with a real publisher on this machine behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.jobs.embed_with_model import chosen_device
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.kept_vectors import kept_vectors
from pixsort_desktop.views.models.dialog import ModelsDialog
from pixsort_desktop.views.models.importing import ImportDialog
from pixsort_desktop.vision.models import catalogue, download, fetch, installed
from pixsort_desktop.vision.models.catalogue import ModelSpec, spec_of
from tests.views.conftest import PATIENCE_MS
from tests.vision.models.serving import Publisher, allow_this_machine, publishing

WEIGHTS = np.random.default_rng(7).bytes(4_000_000)


@pytest.fixture
def publisher(_no_network: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    allow_this_machine(monkeypatch)
    with publishing(Publisher()) as served:
        served.files["model.safetensors"] = WEIGHTS
        yield served


@pytest.fixture
def specs(publisher: Publisher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[ModelSpec, ...]:
    """A catalogue of two: one free, one with a licence that asks for a consent."""
    free = replace(spec_of("resnet50"), host=publisher.address, sha256=None, file_bytes=len(WEIGHTS))
    bound = replace(spec_of("dinov3-vit-s-16"), host=publisher.address, sha256=None, file_bytes=len(WEIGHTS))
    monkeypatch.setenv("PIXSORT_MODELS", str(tmp_path / "models"))
    for module in (catalogue, installed):
        monkeypatch.setattr(module, "CATALOGUE", (free, bound))
    monkeypatch.setattr(fetch, "PAUSE_S", 0.01)
    monkeypatch.setattr(download.download_model, "__kwdefaults__", {"token": None, "pause_s": 0.01})
    return free, bound


@pytest.fixture
def dialog(desktop: Desktop, specs: tuple[ModelSpec, ...], qtbot: QtBot) -> ModelsDialog:
    desktop.models_action.trigger()
    assert desktop.models.dialog is not None
    qtbot.waitUntil(lambda: bool(desktop.models.rows), timeout=PATIENCE_MS)
    return desktop.models.dialog


def states(dialog: ModelsDialog) -> list[str]:
    return [dialog._items[n].text(1) for n in range(len(dialog._items))]


def test_a_model_is_fetched_by_keyboard_and_removed(
    dialog: ModelsDialog, desktop: Desktop, qtbot: QtBot, publisher: Publisher
) -> None:
    assert states(dialog) == ["○ not here", "○ not here"]
    assert dialog.main.text() == "Download 4 MB" and "Apache-2.0" in dialog.licence.text()
    assert publisher.asked == []
    dialog.main.setFocus()
    qtbot.keyClick(dialog.main, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: states(dialog)[0] == "● here", timeout=PATIENCE_MS)
    assert not dialog.main.isVisible() and dialog.test.isVisible()
    assert (
        Path(desktop.models.functions.folder()) / "resnet50" / "model.safetensors"
    ).read_bytes() == WEIGHTS
    dialog.remove.click()
    assert "Remove ResNet-50 from this computer?" in dialog.said.text()
    dialog.keep.click()
    assert states(dialog)[0] == "● here"
    dialog.remove.click()
    dialog.remove.click()
    qtbot.waitUntil(lambda: states(dialog)[0] == "○ not here", timeout=PATIENCE_MS)


def test_a_licence_with_conditions_is_agreed_to_first(dialog: ModelsDialog, publisher: Publisher) -> None:
    dialog.table.setCurrentItem(dialog._items[1])
    assert "military" in dialog.note.text()
    assert dialog.consent.isVisible() and not dialog.main.isEnabled()
    dialog.main.click()
    assert publisher.asked == []
    dialog.consent.setChecked(True)
    assert dialog.main.isEnabled()
    dialog.table.setCurrentItem(dialog._items[0])
    dialog.table.setCurrentItem(dialog._items[1])
    assert not dialog.consent.isChecked()  # asked anew for each


def test_a_download_goes_on_when_the_dialog_is_closed_and_says_when_it_is_done(
    dialog: ModelsDialog, desktop: Desktop, qtbot: QtBot
) -> None:
    dialog.main.click()
    dialog.close_button.click()
    qtbot.waitUntil(lambda: "ResNet-50 is here." in desktop.window.messages.text.text(), timeout=PATIENCE_MS)
    desktop.window.messages.action.click()
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: states(dialog)[0] == "● here", timeout=PATIENCE_MS)


def test_a_cancelled_download_is_partly_here_and_goes_on(
    dialog: ModelsDialog, desktop: Desktop, qtbot: QtBot, publisher: Publisher
) -> None:
    publisher.break_after = [1_500_000]
    dialog.main.click()
    dialog.cancel.click()
    qtbot.waitUntil(lambda: not desktop.models.errands["resnet50"].running, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: states(dialog)[0] in ("○ not here", "◔ partly here"), timeout=PATIENCE_MS)
    dialog.main.click()
    qtbot.waitUntil(lambda: states(dialog)[0] == "● here", timeout=PATIENCE_MS)


def test_a_refusal_is_told_with_its_reason(
    dialog: ModelsDialog, desktop: Desktop, qtbot: QtBot, publisher: Publisher
) -> None:
    publisher.needs_token = "secret"
    dialog.main.click()
    qtbot.waitUntil(lambda: states(dialog)[0] == "✕ failed", timeout=PATIENCE_MS)
    assert "agree there and set HF_TOKEN" in dialog.said.text()
    assert dialog.main.isVisible()


def test_a_file_that_is_no_model_is_refused_in_the_dialog(
    dialog: ModelsDialog, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog.import_button.click()
    box = dialog.findChild(QDialog)
    assert isinstance(box, ImportDialog) and not box.start.isEnabled()
    box.file.setText(str(tmp_path / "nowhere.safetensors"))
    box.architecture.setText("resnet50")
    box.start.click()
    qtbot.waitUntil(lambda: "There is no file" in dialog.import_said.text(), timeout=PATIENCE_MS)
    assert dialog.import_button.isEnabled()


def test_the_device_is_remembered_and_said(dialog: ModelsDialog, desktop: Desktop, qtbot: QtBot) -> None:
    assert dialog.device.currentText() == "Automatic"
    qtbot.waitUntil(lambda: "once a model runs" in dialog.device_said.text(), timeout=PATIENCE_MS)
    dialog.device.setCurrentIndex(3)
    dialog.device.activated.emit(3)
    assert desktop.library is not None
    library = desktop.library
    qtbot.waitUntil(lambda: chosen_device(library) == "cpu", timeout=PATIENCE_MS)
    desktop.models.device = "auto"
    desktop.models.open()
    qtbot.waitUntil(lambda: not desktop.models.runner.busy, timeout=PATIENCE_MS)
    assert dialog.device.currentText() == "CPU"


def put_vectors(library: Library, model_id: str, count: int) -> None:
    ids = [row["id"] for row in library.rows("SELECT id FROM photos ORDER BY id LIMIT ?", (count,))]
    vector = np.ones(512, np.float32)
    library.write(lambda t: [put_embedding(t, i, model_id, vector) for i in ids] and None)


def test_vectors_are_shown_and_removed_also_of_models_that_are_gone(
    dialog: ModelsDialog, desktop: Desktop, qtbot: QtBot
) -> None:
    library = desktop.library
    assert library is not None
    put_vectors(library, "resnet50", 10)
    put_vectors(library, "of-last-year", 3)
    desktop.models.look()
    qtbot.waitUntil(lambda: len(states(dialog)) == 3, timeout=PATIENCE_MS)
    assert states(dialog)[2] == "○ vectors only"
    assert dialog.vectors.text() == "Its vectors in this library: 10 photos, 20 KB."
    qtbot.waitUntil(lambda: "the built-in embedding" in dialog.space.text(), timeout=PATIENCE_MS)
    dialog.table.setCurrentItem(dialog._items[2])
    assert dialog.remove_vectors.isVisible() and not dialog.remove.isVisible()
    dialog.remove_vectors.click()
    assert "(3 photos, 6 KB)" in dialog.said.text() and "needs the model" in dialog.said.text()
    dialog.keep.click()
    assert len(states(dialog)) == 3
    dialog.remove_vectors.click()
    dialog.remove_vectors.click()
    qtbot.waitUntil(lambda: len(states(dialog)) == 2, timeout=PATIENCE_MS)
    assert [each.embedding_id for each in kept_vectors(library)] == ["builtin-1", "resnet50"]


def test_a_model_goes_with_its_vectors_where_that_is_ticked(
    dialog: ModelsDialog, desktop: Desktop, qtbot: QtBot
) -> None:
    library = desktop.library
    assert library is not None
    put_vectors(library, "resnet50", 10)
    dialog.main.click()
    qtbot.waitUntil(lambda: states(dialog)[0] == "● here" and dialog.remove.isVisible(), timeout=PATIENCE_MS)
    dialog.remove.click()
    assert dialog.and_vectors.isVisible() and not dialog.and_vectors.isChecked()
    dialog.and_vectors.setChecked(True)
    dialog.remove.click()
    qtbot.waitUntil(lambda: states(dialog)[0] == "○ not here", timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: [e.embedding_id for e in kept_vectors(library)] == ["builtin-1"], timeout=PATIENCE_MS
    )
