"""Search by meaning, similar photos, tags, captions and embeddings in the real window, with a small model that really runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.embed_with_model import embed_project
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding, without_embedding
from pixsort_desktop.library.jobs import interrupted_jobs, start_job
from pixsort_desktop.library.keywords import Suggestion, photo_tags, put_suggestions, untagged_photos
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import all_projects
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.library.written import project_captions
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.views import theme
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.meaning.functions import EmbeddingRow
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.vocabulary import read_vocabulary
from tests.small_models import Small
from tests.views.conftest import PATIENCE_MS, select
from tests.vision.models.installing import of_row, put_into


@pytest.fixture(autouse=True)
def _models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PIXSORT_MODELS", str(tmp_path / "models"))


def order(window: MainWindow) -> list[str]:
    snapshot = window.session.snapshot
    return [Path(snapshot.photos[i].path).stem for i in snapshot.shown_order]


def test_similar_photos_need_no_model_and_go_back(desktop: Desktop, window: MainWindow, qtbot: QtBot) -> None:
    before = order(window)
    (chosen,) = select(window, "scene1_1")
    qtbot.keyClick(window.board, Qt.Key.Key_A)
    qtbot.waitUntil(
        lambda: window.area.view == "grid" and order(window)[0] == "scene1_1", timeout=PATIENCE_MS
    )
    assert {name[:6] for name in order(window)[:3]} == {"scene1"}
    assert sorted(order(window)) == sorted(before)
    assert "likeness to scene1_1.jpg" in window.words.bar.text.text()
    assert window.area.shown.selected_ids() == [chosen]
    window.session.set_filter(window.session.showing.filter)
    qtbot.keyClick(window.grid, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: order(window) == before, timeout=PATIENCE_MS)
    assert not window.words.bar.isVisible()


def test_similar_goes_by_what_the_columns_were_made_by(
    open_window: Callable[[Path], Desktop], sorted_library: Path, qtbot: QtBot
) -> None:
    with Library.open(sorted_library) as library:
        (project,) = all_projects(library)
        photos = sorted(project_photos(library, project.id), key=lambda photo: photo.path)
        photos[1:] = photos[:0:-1]  # the last by name are most like the first
        angles = np.linspace(0, 1.5, len(photos))

        def as_grouped(transaction: Transaction) -> None:
            for photo, angle in zip(photos, angles, strict=True):
                vector = np.array([np.cos(angle), np.sin(angle)], np.float32)
                put_embedding(transaction, photo.id, "own-1", vector)
            sql = "UPDATE projects SET grouping = json_set(grouping, '$.embedding', 'own-1')"
            transaction.connection.execute(sql)

        library.write(as_grouped)
    names = [Path(photo.path).stem for photo in photos]
    desktop = open_window(sorted_library)
    window = desktop.window
    qtbot.waitUntil(lambda: len(order(window)) == len(names), timeout=PATIENCE_MS)
    select(window, names[0])
    qtbot.keyClick(window.board, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: order(window) == names, timeout=PATIENCE_MS)


def test_without_a_model_each_entry_says_what_it_needs(
    desktop: Desktop, window: MainWindow, qtbot: QtBot
) -> None:
    select(window, "scene0_0")
    messages = window.messages
    qtbot.waitUntil(lambda: window.panel.words.isVisible(), timeout=PATIENCE_MS)
    for act, said in (
        (
            lambda: (window.words.find(), window.area.toolbar.search.setText("boats")),
            "Search by meaning needs",
        ),
        (window.panel.words.suggest.click, "Suggesting tags needs"),
        (window.panel.words.describe.click, "Writing captions needs"),
        (window.actions_.actions["tag_selection"].trigger, "Suggesting tags needs"),
        (window.actions_.actions["caption_selection"].trigger, "Writing captions needs"),
    ):
        window.area.toolbar.search.clear()
        messages.tell("")
        act()
        qtbot.waitUntil(lambda said=said: said in messages.text.text(), timeout=PATIENCE_MS)
        assert messages.text.text().endswith("none is on this computer.")
        assert messages.action.text() == "Learned models …"
    messages.action.click()
    qtbot.waitUntil(
        lambda: desktop.models.dialog is not None and desktop.models.dialog.isVisible(), timeout=PATIENCE_MS
    )
    desktop.models.dialog.close()  # type: ignore[union-attr]
    window.toggle_grouping()
    box = window.grouping.embedding
    qtbot.waitUntil(lambda: box.count() == 2, timeout=PATIENCE_MS)
    assert not window.grouping.lacks.isVisible() and window.grouping.button.isEnabled()
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert (
        "none is on this computer" in window.grouping.lacks.text() and not window.grouping.button.isEnabled()
    )
    window.grouping.bring.click()
    assert desktop.models.dialog is not None and desktop.models.dialog.isVisible()
    desktop.models.dialog.close()


def test_what_one_project_is_compared_by_is_not_chosen_for_another(
    desktop: Desktop, window: MainWindow, qtbot: QtBot
) -> None:
    assert desktop.library is not None and window.words._functions is not None
    other = create_project(desktop.library, name="Other")
    rows = [EmbeddingRow("", "Built in", 10, 10), EmbeddingRow("model", "A model", 10, 10)]
    window.words._functions = window.words._functions._replace(embeddings=lambda _project_id: rows)
    window.toggle_grouping()
    box = window.grouping.embedding
    qtbot.waitUntil(lambda: box.count() == 2, timeout=PATIENCE_MS)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    window.grouping.leave()
    window.project_desk.open(other.id)
    qtbot.waitUntil(lambda: window.words._project_id == other.id, timeout=PATIENCE_MS)
    window.toggle_grouping()
    qtbot.waitUntil(lambda: box.currentData() == "", timeout=PATIENCE_MS)


def test_with_a_model_photos_are_embedded_searched_and_tagged(
    desktop: Desktop, window: MainWindow, qtbot: QtBot, small: Small, tmp_path: Path
) -> None:
    put_into(tmp_path / "models", of_row(small.rows["small-coca"], id="my-coca", name="My CoCa"))
    window.toggle_grouping()
    box = window.grouping.embedding
    qtbot.waitUntil(lambda: box.count() == 2, timeout=PATIENCE_MS)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert window.grouping.bring.text() == "Embed 10 photos with My CoCa"
    assert not window.grouping.button.isEnabled()
    window.grouping.bring.click()
    qtbot.waitUntil(
        lambda: "10 photos of «Trip» embedded with My CoCa." in window.messages.text.text(), timeout=60_000
    )
    toolbar = window.area.toolbar
    qtbot.keyClick(
        window.board, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert toolbar.meaning.isChecked()
    toolbar.search.setFocus()
    before = order(window)
    qtbot.keyClicks(toolbar.search, "a boat")
    qtbot.waitUntil(lambda: "sorted by «a boat»" in window.words.bar.text.text(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.session.snapshot.showing.ranked is not None, timeout=PATIENCE_MS)
    assert window.area.view == "grid" and sorted(order(window)) == sorted(before)
    assert window.session.snapshot.found is None  # nothing is hidden
    first = order(window)
    toolbar.search.setText("-crowd of people")
    qtbot.waitUntil(
        lambda: "«-crowd" in window.words.bar.text.text() and order(window) != first, timeout=PATIENCE_MS
    )
    toolbar.search.clear()
    qtbot.waitUntil(lambda: order(window) == before and not window.words.bar.isVisible(), timeout=PATIENCE_MS)
    toolbar.meaning.setChecked(False)
    (photo_id,) = window.area.shown.selected_ids()[:1] or [window.session.snapshot.shown_order[0]]
    window.grid.select_ids([photo_id])
    qtbot.waitUntil(lambda: window.panel.words.photo_id == photo_id, timeout=PATIENCE_MS)
    window.panel.words.suggest.click()
    qtbot.waitUntil(lambda: "10 photos looked at" in window.messages.text.text(), timeout=60_000)
    window.panel.words.describe.click()
    qtbot.waitUntil(lambda: "10 captions written" in window.messages.text.text(), timeout=60_000)
    qtbot.waitUntil(lambda: window.panel.words.caption.toPlainText() != "", timeout=PATIENCE_MS)
    assert window.panel.words.source.text() == "Caption, by my-coca"
    assert "torch" not in sys.modules


def test_tags_and_captions_in_the_panel(desktop: Desktop, window: MainWindow, qtbot: QtBot) -> None:
    library, project_id = desktop.library, desktop.session.project_id
    assert library is not None and project_id is not None
    (photo_id,) = select(window, "scene0_1")
    found = [Suggestion("beach", 0.93), Suggestion("dog", 0.81)]
    library.write(lambda t: put_suggestions(t, photo_id, "m", "v", found) or t.touch(photos=[photo_id]))
    panel = window.panel.words

    def chips() -> list[str]:
        shown = panel.chips.findChildren(QPushButton) if panel.chips is not None else []
        return [chip.text() for chip in shown if chip.isVisible()]

    qtbot.waitUntil(lambda: chips() == ["beach 93", "×", "dog 81", "×"], timeout=PATIENCE_MS)

    def press(name: str) -> None:
        next(
            c
            for c in panel.findChildren(QPushButton)
            if c.accessibleName().startswith(name) and c.isVisible()
        ).click()

    press("Suggested beach")
    qtbot.waitUntil(lambda: chips()[0] == "beach  ×", timeout=PATIENCE_MS)
    press("Not dog")
    qtbot.waitUntil(lambda: chips() == ["beach  ×"], timeout=PATIENCE_MS)
    panel.entry.setText("Anna")
    qtbot.keyClick(panel.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chips() == ["Anna  ×", "beach  ×"], timeout=PATIENCE_MS)
    assert photo_tags(library, project_id, photo_id).rejected == ("dog",)
    window.session.undo()
    qtbot.waitUntil(lambda: chips() == ["beach  ×"], timeout=PATIENCE_MS)
    panel.caption.setFocus()
    qtbot.keyClicks(panel.caption, "Pxu at dawn")  # letters that judge elsewhere
    window.area.focus_photos()
    qtbot.waitUntil(lambda: photo_id in project_captions(library, project_id), timeout=PATIENCE_MS)
    assert project_captions(library, project_id)[photo_id].text == "Pxu at dawn"
    assert window.session.snapshot.photos[photo_id].flag is None
    select(window, "scene0_2")
    qtbot.waitUntil(lambda: panel.caption.toPlainText() == "" and chips() == [], timeout=PATIENCE_MS)


def test_a_killed_embedding_is_offered_at_the_next_start(
    open_window: Callable[[Path], Desktop], sorted_library: Path, qtbot: QtBot, small: Small, tmp_path: Path
) -> None:
    put_into(tmp_path / "models", of_row(small.rows["small-clip"], id="my-clip", name="My CLIP"))
    with Library.open(sorted_library) as library:
        (project,) = all_projects(library)
        for _ in range(2):  # killed twice: offered once
            library.write(lambda t: start_job(t, "embed_model", project.id, {"embedding": "my-clip"}))
        library.write(lambda t: t.connection.execute("UPDATE jobs SET process_started = 1"))
    desktop = open_window(sorted_library)
    messages = desktop.window.messages
    offer = "Embedding «Trip» with My CLIP was interrupted; 10 photos are left."
    qtbot.waitUntil(lambda: messages.text.text() == offer, timeout=PATIENCE_MS)
    assert messages.isVisible() and not desktop.centre.busy  # nothing is begun unasked
    messages.tell("Something else came to its end.")  # as what a busy machine finishes late
    messages.close_button.click()
    qtbot.waitUntil(lambda: messages.isVisible() and messages.text.text() == offer, timeout=PATIENCE_MS)
    messages.action.click()
    qtbot.waitUntil(
        lambda: messages.text.text() == "Embedding «Trip» with My CLIP is finished: 10 photos.",
        timeout=60_000,
    )
    assert desktop.library is not None
    assert without_embedding(desktop.library, project.id, "my-clip") == []
    assert interrupted_jobs(desktop.library) == []


def test_a_photo_that_a_model_cannot_see_is_told_with_its_reason(
    desktop: Desktop, window: MainWindow, qtbot: QtBot, small: Small, tmp_path: Path
) -> None:
    put_into(tmp_path / "models", of_row(small.rows["small-coca"], id="my-coca", name="My CoCa"))
    library, messages = desktop.library, window.messages
    assert library is not None
    lost = {p.id: p for p in window.session.snapshot.photos.values() if p.path.endswith(("_2.jpg", "_3.jpg"))}
    for photo in lost.values():
        ThumbnailStore(library.folder / "thumbnails").path(photo.sha256 or "").unlink()
        library.write(
            lambda t, i=photo.id: t.connection.execute(
                "UPDATE files SET path = '/gone/' || id || '.jpg' WHERE photo_id = ?", (i,)
            )
        )
    window.session.reload()
    for act, done in (
        (
            lambda: window.words.embed("my-coca", "My CoCa"),
            "6 photos of «Trip» embedded with My CoCa. 4 photos were left out",
        ),
        (window.words.write_captions, "6 captions written; 0 were there. 4 photos were left out"),
    ):
        act()
        qtbot.waitUntil(lambda done=done: messages.text.text().startswith(done), timeout=60_000)
        assert "cannot be read: No such file or directory." in messages.text.text()
        assert messages.mark.isVisible()  # it stays until it is closed


def test_a_project_without_photos_says_so_and_names_no_command(
    open_window: Callable[[Path], Desktop], qtbot: QtBot, small: Small, tmp_path: Path
) -> None:
    put_into(tmp_path / "models", of_row(small.rows["small-coca"], id="my-coca", name="My CoCa"))
    with Library.open(tmp_path / "library") as library:
        create_project(library, name="Empty")
    window = open_window(tmp_path / "library").window
    qtbot.waitUntil(lambda: window.session.snapshot.project is not None, timeout=PATIENCE_MS)
    for act, what in (
        (lambda: window.words.search("boats"), "Search by meaning"),
        (window.words.suggest_tags, "Suggesting tags"),
        (window.words.write_captions, "Writing captions"),
    ):
        act()
        said = f"{what} needs photos, and this project has none that can be read."
        qtbot.waitUntil(lambda said=said: window.messages.text.text().endswith(said), timeout=PATIENCE_MS)


def test_tags_and_captions_for_the_selection_and_captions_into_sidecars(
    desktop: Desktop, window: MainWindow, qtbot: QtBot, small: Small, tmp_path: Path, shoot: Path
) -> None:
    library, project_id = desktop.library, desktop.session.project_id
    assert library is not None and project_id is not None
    model = put_into(tmp_path / "models", of_row(small.rows["small-coca"], id="my-coca", name="My CoCa"))
    (library.folder / "vocabulary.toml").write_text(
        '[a]\ntags = ["dog", "cat"]\n[b]\ntags = ["red", "blue"]\n'
    )
    said = window.messages.text
    actions = window.actions_.actions
    window.board.select_ids([])
    actions["tag_selection"].trigger()
    assert said.text() == "Select the photos that this is about."
    actions["write_captions"].trigger()
    qtbot.waitUntil(lambda: said.text() == "No photo has a caption or is judged yet.", timeout=PATIENCE_MS)
    ids = select(window, "scene1_0", "scene1_1")
    with ModelProcess() as models:
        embed_project(library, project_id=project_id, model=model, models=models)
    actions["tag_selection"].trigger()
    qtbot.waitUntil(lambda: said.text().startswith("2 photos looked at"), timeout=60_000)
    assert len(untagged_photos(library, project_id, "my-coca", read_vocabulary(library.folder).digest)) == 8
    actions["caption_selection"].trigger()
    qtbot.waitUntil(lambda: said.text() == "2 captions written; 0 were there.", timeout=60_000)
    written = project_captions(library, project_id)
    assert sorted(written) == sorted(ids)
    actions["write_captions"].trigger()
    qtbot.waitUntil(lambda: said.text().startswith("2 sidecars written"), timeout=PATIENCE_MS)
    try:
        assert written[ids[0]].text in (shoot / "scene1_0.xmp").read_text()
    finally:
        for sidecar in shoot.glob("*.xmp"):
            sidecar.unlink()


def test_the_search_field_has_room_for_words_at_every_text_size(
    desktop: Desktop, window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1440, 900)
    toolbar = window.area.toolbar
    for percent, named in ((100, True), (200, False)):
        window.set_text_size(percent)
        qtbot.waitUntil(
            lambda: toolbar.search.width() >= 15 * theme.metrics().averageCharWidth(), timeout=PATIENCE_MS
        )
        beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        assert (toolbar.board.toolButtonStyle() == beside) is named
        assert toolbar.meaning.geometry().right() < toolbar.width()
        assert toolbar.board.accessibleName() == "Board"
    window.set_text_size(100)
    qtbot.waitUntil(
        lambda: toolbar.summary.width() >= toolbar.summary.sizeHint().width(), timeout=PATIENCE_MS
    )
    assert toolbar.summary.text() == "10 photos in 3 columns"
