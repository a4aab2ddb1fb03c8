"""The review of duplicates in a real window."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.judge import rate_photos
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.find_duplicates import find_duplicates
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.keepers import keep_rules
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import kept_apart
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.views.duplicates.review import ReviewDialog

PATIENCE_MS = 20_000


@pytest.fixture
def shoot(tmp_path: Path, make_jpeg: Callable[..., Path]) -> Path:
    """A file twice, a picture in two files, and three photos of their own."""
    for seed in range(1, 6):
        make_jpeg(f"shoot/{seed}.jpg", seed=seed, size=(360, 240))
    shutil.copy(tmp_path / "shoot/1.jpg", tmp_path / "shoot/1 copy.jpg")
    with Image.open(tmp_path / "shoot/2.jpg") as image:
        image.save(tmp_path / "shoot/2 same.png")
    return tmp_path / "shoot"


@pytest.fixture
def desktop(
    open_window: Callable[..., Desktop], tmp_path: Path, shoot: Path, qtbot: QtBot, trash: Path
) -> Desktop:
    with Library.open(tmp_path / "library") as library:
        project_id = create_project(library, name="Shoot").id
        import_photos(library, project_id=project_id, paths=[shoot])
        (second,) = [p.id for p in project_photos(library, project_id) if p.path.endswith("2.jpg")]
        rate_photos(library, project_id=project_id, photo_ids=[second], rating=3)
    opened = open_window(tmp_path / "library", "Shoot")
    qtbot.waitUntil(lambda: len(opened.session.snapshot.order) == 6, timeout=PATIENCE_MS)
    return opened


def review(desktop: Desktop, qtbot: QtBot) -> ReviewDialog:
    desktop.duplicates.actions[0].trigger()
    qtbot.waitUntil(lambda: desktop.duplicates.dialog is not None, timeout=PATIENCE_MS)
    dialog = desktop.duplicates.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible, timeout=PATIENCE_MS)
    return dialog


def test_the_marked_copy_stays_and_the_other_goes(
    desktop: Desktop, qtbot: QtBot, shoot: Path, trash: Path
) -> None:
    dialog = review(desktop, qtbot)
    assert [each.kind for each in dialog.decisions.sets] == ["exact", "pixels"]
    assert "the same file" in dialog.title.text().lower()
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
    assert dialog.at == 1
    assert dialog.cards[dialog.decisions.keepers[1]].keeps.isChecked()
    assert any("Suggested: picked, or with more stars" in card.why.text() for card in dialog.cards)
    first = dialog.decisions.keepers[1]
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    assert dialog.decisions.keepers[1] != first  # the stars had spoken for the other
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert (dialog.decisions.fate, dialog.at) == ({1: "merge"}, 0)
    before = {path.name for path in shoot.iterdir()}
    qtbot.mouseClick(dialog.settle, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.really.isVisible, timeout=PATIENCE_MS)
    assert "Move 1 file of 1 set" in dialog.summary.text()
    assert {path.name for path in shoot.iterdir()} == before
    qtbot.mouseClick(dialog.really, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(desktop.session.snapshot.order) == 5, timeout=PATIENCE_MS)
    assert before - {path.name for path in shoot.iterdir()} == {"2.jpg"}
    stars = {Path(p.path).name: p.rating for p in desktop.session.snapshot.photos.values()}
    assert stars["2 same.png"] == 3
    qtbot.waitUntil(lambda: not desktop.centre.busy, timeout=PATIENCE_MS)


def test_the_review_says_which_chosen_model_looked_too(desktop: Desktop, qtbot: QtBot) -> None:
    assert review(desktop, qtbot).windowTitle() == "Duplicates"
    library, project_id = desktop.library, desktop.session.project_id
    assert library is not None and project_id is not None

    def embed(transaction: Transaction) -> None:
        for n, photo_id in enumerate(desktop.session.snapshot.order):
            vector = np.random.default_rng(n).standard_normal(8).astype(np.float32)
            put_embedding(transaction, photo_id, "clip-vit-b-32", vector)

    library.write(embed)
    group_photos(library, project_id=project_id, embedding_id="clip-vit-b-32")
    assert desktop.duplicates.dialog is not None
    desktop.duplicates.dialog.close()
    qtbot.waitUntil(lambda: desktop.duplicates.dialog is None, timeout=PATIENCE_MS)
    assert review(desktop, qtbot).windowTitle() == "Duplicates · also looked for by CLIP ViT-B/32"


def test_keeping_all_is_remembered(desktop: Desktop, qtbot: QtBot, shoot: Path) -> None:
    dialog = review(desktop, qtbot)
    before = sorted(shoot.iterdir())
    for _ in range(2):
        qtbot.mouseClick(dialog.keep_all, Qt.MouseButton.LeftButton)
    assert dialog.decisions.fate == {0: "kept", 1: "kept"}
    assert not dialog.settle.isEnabled()
    library, project_id = desktop.library, desktop.session.project_id
    assert library is not None
    qtbot.waitUntil(lambda: find_duplicates(library, project_id=project_id) == [], timeout=PATIENCE_MS)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: desktop.duplicates.dialog is None, timeout=PATIENCE_MS)
    assert sorted(shoot.iterdir()) == before
    desktop.duplicates.actions[1].trigger()
    messages = desktop.window.messages
    qtbot.waitUntil(lambda: "no duplicates" in messages.text.text(), timeout=PATIENCE_MS)
    assert desktop.duplicates.dialog is None


def test_all_of_it_by_keys(desktop: Desktop, qtbot: QtBot, shoot: Path, trash: Path) -> None:
    dialog = review(desktop, qtbot)
    library = desktop.library
    assert library is not None
    before = {path.name for path in shoot.iterdir()}
    qtbot.keyClick(dialog, Qt.Key.Key_K)  # the first set stays, both files of it
    assert (dialog.decisions.fate, dialog.at) == ({0: "kept"}, 1)
    qtbot.waitUntil(lambda: len(kept_apart(library, "kept_files")) == 1, timeout=PATIENCE_MS)
    names = [Path(copy.path).name for copy in dialog.decisions.sets[1].copies]
    qtbot.keyClick(dialog, str(names.index("2.jpg") + 1))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.decisions.fate == {0: "kept", 1: "merge"}
    for _ in range(2):
        qtbot.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (dialog.decisions.fate, dialog.at) == ({}, 0)
    qtbot.waitUntil(lambda: kept_apart(library, "kept_files") == set(), timeout=PATIENCE_MS)
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.really.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)  # not yet
    assert dialog.isVisible()
    assert not dialog.really.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.really.isVisible, timeout=PATIENCE_MS)
    dialog.really.setFocus()
    qtbot.keyClick(dialog.really, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(desktop.session.snapshot.order) == 5, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not desktop.centre.busy, timeout=PATIENCE_MS)
    assert before - {path.name for path in shoot.iterdir()} == {"2 same.png"}
    desktop.session.undo()
    qtbot.waitUntil(lambda: len(desktop.session.snapshot.order) == 6, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not desktop.centre.busy, timeout=PATIENCE_MS)
    assert {path.name for path in shoot.iterdir()} == before


def test_suggestions_follow_the_rules_at_once(desktop: Desktop, qtbot: QtBot, shoot: Path) -> None:
    dialog = review(desktop, qtbot)
    library = desktop.library
    assert library is not None
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)

    def kept() -> str:
        return Path(dialog.decisions.sets[1].copies[dialog.decisions.keepers[1]].path).name

    assert kept() == "2.jpg"  # it has stars
    qtbot.keyClick(dialog, Qt.Key.Key_R)
    rules = dialog.rules.list
    assert rules.hasFocus()
    row = next(at for at in range(rules.count()) if "losses" in rules.item(at).text())
    rules.setCurrentRow(row)
    for _ in range(2):  # above the stars
        qtbot.keyClick(rules, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: kept() == "2 same.png", timeout=PATIENCE_MS)
    assert any("a format without losses" in card.why.text() for card in dialog.cards)
    qtbot.keyClick(rules, Qt.Key.Key_Space)  # and off again
    qtbot.waitUntil(lambda: kept() == "2.jpg", timeout=PATIENCE_MS)
    (shoot / "safe").mkdir()
    dialog.rules.protect(str(shoot / "safe"))
    qtbot.waitUntil(lambda: keep_rules(library).protected == (str(shoot / "safe"),), timeout=PATIENCE_MS)
    assert keep_rules(library).off == ("lossless",)
    order = keep_rules(library).order
    assert order.index("lossless") < order.index("judged")
    qtbot.mouseClick(dialog.rules.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: keep_rules(library).protected == (), timeout=PATIENCE_MS)
    dialog.choose(0)
    first = kept()
    qtbot.keyClick(rules, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: keep_rules(library).off == (), timeout=PATIENCE_MS)
    assert kept() == first  # what the user has chosen, no rule changes
    qtbot.keyClick(rules, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert not dialog.rules.isVisible()


def test_a_rule_that_is_dragged_holds_too(desktop: Desktop, qtbot: QtBot) -> None:
    dialog = review(desktop, qtbot)
    dialog.show_rules()
    model = dialog.rules.list.model()
    with qtbot.waitSignal(dialog.rules.changed, timeout=PATIENCE_MS) as told:
        assert model.moveRow(QModelIndex(), 2, QModelIndex(), 0)  # as a drop within the list does
    names = [name for name, _ in told.args[0].order]
    assert names[:3] == ["larger", "protected", "raw"]


def test_what_differs_is_marked(desktop: Desktop, qtbot: QtBot) -> None:
    dialog = review(desktop, qtbot)
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: 1 in dialog._more, timeout=PATIENCE_MS)
    facts = {
        Path(copy.path).name: card.table.facts
        for copy, card in zip(dialog._set.copies, dialog.cards, strict=True)
    }
    jpeg, png = (
        {name: (value, differs) for name, value, differs in facts[each]}
        for each in sorted(facts, reverse=True)
    )
    assert jpeg["Quality"] == ("JPEG quality 90", True)
    assert png["Quality"] == ("without losses", True)
    assert (jpeg["Format"], png["Format"]) == (("JPEG", True), ("PNG", True))
    assert (jpeg["Judged"], png["Judged"]) == (("3 stars", True), ("–", True))
    assert jpeg["Size"] == ("360 × 240", False)
    assert jpeg["Metadata"] == ("none", False)
    assert jpeg["Stands in"] == ("Shoot › Ungrouped", False)
    assert not jpeg["Folder"][1]


def test_a_copy_that_is_away_is_no_reason_to_let_others_go(
    desktop: Desktop, qtbot: QtBot, shoot: Path, trash: Path
) -> None:
    (shoot / "2.jpg").unlink()
    dialog = review(desktop, qtbot)
    dialog.go(1)
    away = next(at for at, copy in enumerate(dialog._set.copies) if copy.absent)
    assert dialog.decisions.keepers[1] != away
    assert dialog.cards[away].keeps.text() == "Not there"
    assert "none of them can go" in dialog.state.text()
    dialog.choose(away)
    assert "cannot be reached" in dialog.state.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.decisions.fate == {}
    qtbot.mouseClick(dialog.rest, Qt.MouseButton.LeftButton)
    assert dialog.decisions.fate == {0: "merge"}
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert "1 set is decided" in dialog.summary.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: desktop.duplicates.dialog is None, timeout=PATIENCE_MS)
    assert (shoot / "1 copy.jpg").exists()
