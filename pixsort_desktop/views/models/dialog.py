"""«Learned models»: what there is, what each asks for, and what is under way. Errands are `models_desk`'s."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.views import theme
from pixsort_desktop.views.models.desk import DEVICES, Errand, ModelRow, ModelsDesk
from pixsort_desktop.views.models.importing import ImportDialog

ID = int(Qt.ItemDataRole.UserRole)
STATES = {
    "absent": "○ not here",
    "partial": "◔ partly here",
    "here": "● here",
    "damaged": "✕ damaged",
    "gone": "○ vectors only",
}


class ModelsDialog(QDialog):
    """A list, and beside it the model that is marked. Closing it stops nothing."""

    def __init__(self, parent: QWidget, desk: ModelsDesk) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asking = ""  # which removing was pressed and waits for an answer: 'model', 'vectors'
        self._wanted = ""
        self.setWindowTitle("Learned models")
        self._build_table()
        self._build_details()
        self._build_bottom()
        self._lay_out()
        desk.changed.connect(self.refresh)

    def show_model(self, model_id: str) -> None:
        """Mark a model, now or once the list is read."""
        self._wanted = model_id
        self.refresh()

    def open(self) -> None:
        em, line = theme.metrics().averageCharWidth(), theme.metrics().height()
        screen = self.screen().availableSize()
        self.resize(QSize(em * 132, line * 34).boundedTo(screen * 0.9))
        super().open()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where text is large, names come before sizes, which the button says too."""
        super().resizeEvent(event)
        em = theme.metrics().averageCharWidth()
        self.table.setColumnHidden(2, self.width() < em * 100)

    @property
    def row(self) -> ModelRow | None:
        """The model that is marked."""
        item = self.table.currentItem()
        marked = item.data(0, ID) if item is not None else None
        return next((row for row in self._desk.rows or [] if row.id == marked), None)

    # -- building --------------------------------------------------------------------------------------

    def _build_table(self) -> None:
        self._items: list[QTreeWidgetItem] = []
        self.table = QTreeWidget()
        self.table.setAccessibleName("Models")
        self.table.setHeaderLabels(["Model", "State", "Size"])
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.table.currentItemChanged.connect(lambda *_: self._marked())
        self.table.itemActivated.connect(lambda *_: self.main.click() if self.main.isVisible() else None)

    def _build_details(self) -> None:
        self.title = _label("title")
        self.good_for, self.facts, self.vectors = _label(), _label(quiet=True), _label(quiet=True)
        self.licence, self.note = _label(), _label()
        self.page = _button("Publisher's page …", self._open_page)
        self.page.setToolTip("Opens it in your browser")
        self.consent = QCheckBox("I agree to this licence")
        self.consent.toggled.connect(lambda _: self._show_buttons())
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.said = _label()
        self.main = _button("", self._download)
        self.main.setProperty("primary", True)
        self.cancel = _button("Cancel", self._cancel)
        self.test = _button("Try it", self._test)
        self.remove = _button("Remove …", lambda: self._remove("model"))
        self.remove_vectors = _button("Remove vectors …", lambda: self._remove("vectors"))
        self.and_vectors = QCheckBox()
        self.keep = _button("Keep it", self._keep)

    def _build_bottom(self) -> None:
        self.device = QComboBox()
        self.device.setAccessibleName("Models run on")
        for kind, name in DEVICES:
            self.device.addItem(name, kind)
        self.device.activated.connect(lambda _: self._desk.choose_device(str(self.device.currentData())))
        self.device_said = _label(quiet=True)
        self.device_said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.import_button = _button("Import …", self._import)
        self.stop_import = _button("Stop the import", lambda: self._desk.cancel(""))
        self.close_button = _button("Close", self.accept)
        self.import_said = _label()
        self.space = _label(quiet=True)
        self.folder = _label(quiet=True)
        self.folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.folder.setText(f"Models are kept in {self._desk.functions.folder()}, for all libraries.")

    def _lay_out(self) -> None:
        details = QWidget()
        column = QVBoxLayout(details)
        column.setContentsMargins(theme.UNIT * 2, 0, theme.UNIT, 0)
        column.setSpacing(theme.UNIT)
        for label in (self.title, self.good_for, self.facts, self.vectors, self.licence, self.note):
            column.addWidget(label)
        column.addWidget(self.page, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.consent, self.bar, self.said, self.and_vectors):
            column.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.UNIT)
        for button in (self.main, self.cancel, self.test, self.remove, self.remove_vectors, self.keep):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(details)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        middle = QHBoxLayout()
        middle.addWidget(self.table, 5)
        middle.addWidget(scroll, 6)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        whole.setSpacing(theme.UNIT * 2)
        whole.addLayout(middle, 1)
        whole.addWidget(self.import_said)
        whole.addLayout(self._lay_out_device())
        whole.addLayout(self._lay_out_foot())

    def _lay_out_device(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.UNIT)
        label = QLabel("Models &run on")
        label.setBuddy(self.device)
        for widget in (label, self.device):
            row.addWidget(widget)
        row.addWidget(self.device_said, 1)
        return row

    def _lay_out_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.UNIT)
        told = QVBoxLayout()
        told.addWidget(self.space)
        told.addWidget(self.folder)
        row.addLayout(told, 1)
        for button in (self.stop_import, self.import_button, self.close_button):
            row.addWidget(button)
        return row

    # -- what is shown ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what the desk knows; the marked row stays marked."""
        self._fill()
        self._show_details()
        self.device.setCurrentIndex(max(0, self.device.findData(self._desk.device)))
        self.device_said.setText(self._desk.device_said)
        self.space.setText(self._desk.space_said)
        self.space.setVisible(bool(self._desk.space_said))
        errand = self._desk.errands.get("")
        running = errand is not None and errand.running
        self.import_button.setEnabled(not running)
        self.stop_import.setVisible(running)
        said = errand.said if errand is not None else ""
        if running and errand is not None:
            said = (
                f"Importing … {errand.done:,} of {errand.total:,} MB" if errand.total > 1 else "Importing …"
            )
        self.import_said.setText(said)
        self.import_said.setVisible(bool(said))

    def _fill(self) -> None:
        rows = self._desk.rows or []
        before = self.row
        marked = self._wanted or (before.id if before else "")
        if [item.data(0, ID) for item in self._items] != [row.id for row in rows]:
            self.table.blockSignals(True)
            self.table.clear()
            self._items = [QTreeWidgetItem(self.table) for _ in rows]
            self.table.blockSignals(False)
        for item, row in zip(self._items, rows, strict=True):
            item.setData(0, ID, row.id)
            item.setSizeHint(0, QSize(0, theme.metrics().height() + theme.UNIT))
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, text in enumerate((row.name, self._state(row), f"{row.size} ")):
                if item.text(column) != text:
                    item.setText(column, text)
            item.setToolTip(0, f"{row.name} ({row.id})")
            if row.id == marked:
                self._wanted = ""
                self.table.setCurrentItem(item)
        if rows and self.table.currentItem() is None:
            self.table.setCurrentItem(self._items[0])

    def _state(self, row: ModelRow) -> str:
        errand = self._desk.errands.get(row.id)
        if errand is not None and errand.running and errand.what == "download":
            return f"◑ {100 * errand.done // errand.total} %" if errand.total else "◑ begins"
        if errand is not None and errand.failed and errand.what == "download" and row.state != "here":
            return "✕ failed"
        return STATES[row.state]

    def _marked(self) -> None:
        self._asking = ""
        self.consent.setChecked(False)
        self._show_details()

    def _show_details(self) -> None:
        row = self.row
        self.title.setText(row.name if row else "Reading …" if self._desk.rows is None else "")
        self.good_for.setText(row.good_for if row else "")
        self.facts.setText(row.facts if row else "")
        self.vectors.setText(f"Its vectors in this library: {row.vectors}." if row and row.vectors else "")
        self.licence.setText(f"Licence: {row.licence}" if row and row.licence else "")
        self.note.setText(row.licence_note if row else "")
        for label in (self.good_for, self.facts, self.vectors, self.licence, self.note):
            label.setVisible(bool(label.text()))
        self.page.setVisible(bool(row and row.page))
        self._show_errand(row)
        self._show_buttons()

    def _show_errand(self, row: ModelRow | None) -> None:
        errand = self._desk.errands.get(row.id) if row else None
        running = errand is not None and errand.running
        self.bar.setVisible(running)
        said = row.reason if row else ""
        if errand is not None and running:
            self.bar.setMaximum(max(0, errand.total))
            self.bar.setValue(errand.done)
            said = _under_way(errand)
        elif errand is not None and errand.said:
            said = errand.said
        if self._asking and row:
            said = _question(row, self._asking)
        self.said.setText(said)
        self.said.setVisible(bool(said))

    def _show_buttons(self) -> None:
        row = self.row
        errand = self._desk.errands.get(row.id) if row else None
        running = errand is not None and errand.running
        fetching = bool(row and row.can_download and row.state != "here")
        there = bool(row and row.state not in ("absent", "gone"))
        vectors = bool(row and row.vectors)
        self.consent.setVisible(
            bool(fetching and row and row.licence_note and not running and not self._asking)
        )
        self.main.setVisible(fetching and not running and not self._asking)
        self.cancel.setVisible(running)
        self.cancel.setEnabled(errand is not None and errand.what not in ("remove", "vectors"))
        if row and fetching:
            self.main.setText("Go on downloading" if row.state == "partial" else f"Download {row.size}")
            self.main.setEnabled(not row.licence_note or self.consent.isChecked())
        self.test.setVisible(bool(row and row.state == "here") and not running and not self._asking)
        self.remove.setVisible(there and not running and self._asking != "vectors")
        self.remove.setText("Remove it" if self._asking else "Remove …")
        self.remove_vectors.setVisible(vectors and not running and self._asking != "model")
        self.remove_vectors.setText("Remove them" if self._asking else "Remove vectors …")
        self.and_vectors.setVisible(vectors and self._asking == "model")
        self.and_vectors.setText(f"Its vectors in this library, too ({row.vectors})" if row else "")
        self.keep.setText("Keep them" if self._asking == "vectors" else "Keep it")
        self.keep.setVisible(bool(self._asking))

    # -- what is pressed -------------------------------------------------------------------------------

    def _download(self) -> None:
        if self.row is not None:
            self._desk.download(self.row.id)
            self.cancel.setFocus()

    def _cancel(self) -> None:
        if self.row is not None:
            self._desk.cancel(self.row.id)
            self.table.setFocus()

    def _test(self) -> None:
        if self.row is not None:
            self._desk.test(self.row.id)

    def _remove(self, what: str) -> None:
        """Pressed once, it asks; pressed again, it does."""
        row, asked = self.row, self._asking
        if row is None:
            return
        self._asking = "" if asked else what
        if not asked:
            self.and_vectors.setChecked(False)
            self._show_details()
            self.keep.setFocus()
            return
        if what == "vectors":
            self._desk.remove_vectors(row.id)
        else:
            self._desk.remove(row.id, vectors=self.and_vectors.isChecked())
        self.table.setFocus()

    def _keep(self) -> None:
        button = self.remove_vectors if self._asking == "vectors" else self.remove
        self._asking = ""
        self._show_details()
        button.setFocus()

    def _open_page(self) -> None:
        if self.row is not None:
            QDesktopServices.openUrl(QUrl(self.row.page))

    def _import(self) -> None:
        dialog = ImportDialog(self)
        dialog.wanted.connect(self._desk.bring_in)
        dialog.open()


def _under_way(errand: Errand) -> str:
    if errand.what == "download":
        return (
            f"{errand.done:,} of {errand.total:,} MB; it goes on when this is closed."
            if errand.total
            else "Asking …"
        )
    return {"test": "Trying it on a picture …"}.get(errand.what, "Removing …")


def _question(row: ModelRow, what: str) -> str:
    if what == "model":
        back = "fetched" if row.can_download else "imported"
        return f"Remove {row.name} from this computer? Its {row.size} are {back} again if you want it back."
    return (
        f"Remove the vectors by {row.name} ({row.vectors}) from this library? {row.again} Tags that were suggested by them"
        " and not decided go too; columns, keywords and captions stay."
    )


def _label(role: str = "", *, quiet: bool = False) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    if quiet:
        label.setProperty("quiet", True)
    return label


def _button(text: str, pressed: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda *_: pressed())
    return button
