"""What the window does with learned models: search by meaning, similar photos, tags, captions, and what to group by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt

from pixsort_desktop.commands.words import decide_tags, write_caption
from pixsort_desktop.library.keywords import PhotoTags, photo_tags
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.written import WrittenCaption, project_captions
from pixsort_desktop.progress import Progress
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.views import words
from pixsort_desktop.views.job_centre import JobCentre
from pixsort_desktop.views.meaning.functions import EmbeddingRow, NeedsError, WordFunctions
from pixsort_desktop.views.meaning.rank_bar import RankBar
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.models import sentences as model_sentences
from pixsort_desktop.views.photo_panel import PhotoPanel
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session, sentence
from pixsort_desktop.views.showing import Ranked
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.timers import single_shot

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.views.grouping_panel import GroupingPanel

READ_MS = 80  # after the selection has come to rest
FORGET_MS = 300_000  # so long after the grid has its usual order again, the vectors leave the memory
MODELS = "Learned models …"
A_MODEL = "?"  # in the list of embeddings, where no model is here


class WordsDesk(QObject):
    """Lives in the window's thread; asks, and shows what comes back if it is still wanted."""

    def __init__(
        self,
        session: Session,
        centre: JobCentre,
        area: PhotosArea,
        panel: PhotoPanel,
        grouping: Callable[[], GroupingPanel],
        messages: MessageBar,
        parent: QObject,
    ) -> None:
        """`grouping` answers the panel, whose choice of what photos are compared by is looked after here: see `serve`."""
        super().__init__(parent)
        self._session, self._centre, self._area, self._panel = session, centre, area, panel
        self._grouping, self._messages = grouping, messages
        self._functions: WordFunctions | None = None
        self._open_models: Callable[[str], None] = lambda _: None
        self.asking, self.reading = Runner(1, self), Runner(1, self)
        self._wanted: object = None  # the ranking that was asked for last
        self._waiting: tuple[str, Callable[[], tuple[int, ...]], str] | None = None
        self._scrolled: Ranked | None = None
        self._rows: list[EmbeddingRow] = []
        self._photo: Photo | None = None
        self._project_id: int | None = None
        self.bar = RankBar()
        area.add_bar(self.bar)
        self._read_timer = single_shot(self, self._read, READ_MS)
        self._forget_timer = single_shot(self, self._forget, FORGET_MS)
        self._top_timer = single_shot(self, area.grid.scrollToTop, 0)  # when the grid has the new order, too
        self._connect()

    def _connect(self) -> None:
        self._area.toolbar.meaning_changed.connect(self.search)
        self._area.selected.connect(self._selected)
        self._session.snapshot_changed.connect(self._show_snapshot)
        self._session.showing_changed.connect(lambda showing: self._show_bar(showing.ranked))
        self.bar.left.connect(self.leave)
        chips = self._panel.words
        chips.decided.connect(self._decide)
        chips.caption_written.connect(self._write_caption)
        chips.tags_wanted.connect(lambda: self.suggest_tags())
        chips.captions_wanted.connect(lambda: self.write_captions())

    def serve(self, grouping: GroupingPanel) -> None:
        """The panel was built."""
        grouping.opened.connect(self._ask_embeddings)
        grouping.embedding_chosen.connect(self._show_lack)
        grouping.bring.clicked.connect(self._bring)

    def attach(self, functions: WordFunctions, open_models: Callable[[str], None]) -> None:
        """The library is open. `open_models` shows the models' dialog, at a model or at none."""
        self._functions, self._open_models = functions, open_models
        self._read_timer.start()

    def close(self) -> None:
        """Accept nothing new."""
        for runner in (self.asking, self.reading):
            runner.close()
            runner.cancel_all()

    def wait(self, seconds: float) -> bool:
        """Whether nothing runs any more."""
        return self.asking.wait(seconds) and self.reading.wait(seconds)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        return {
            "similar": self.toggle_similar,
            "find_meaning": self.find,
            "tag_selection": lambda: self._with_selection(self.suggest_tags),
            "caption_selection": lambda: self._with_selection(self.write_captions),
        }

    # -- the grid's order ------------------------------------------------------------------------------

    def find(self) -> None:
        """The keyboard to the search field, which searches by meaning from now on."""
        self._area.toolbar.meaning.setChecked(True)
        self._area.toolbar.begin_search()

    def search(self, text: str) -> None:
        """Sort the grid by how well photos show what `text` says; an empty one gives the usual order back."""
        functions, project_id = self._functions, self._session.project_id
        if not text.strip():
            self.leave()
        elif functions is not None and project_id is not None:
            self._rank(f"«{words.short(text.strip())}»", lambda: functions.search(project_id, text), text)

    def toggle_similar(self) -> None:
        """Sort the grid by likeness to the current photo, or as it was."""
        functions, project_id = self._functions, self._session.project_id
        photo = self._session.snapshot.photos.get(self._area.current_photo_id() or 0)
        ranked = self._session.showing.ranked
        if ranked is not None and photo is not None and ranked.ids[:1] == (photo.id,):
            self.leave()
        elif functions is not None and project_id is not None and photo is not None:
            chosen = self._grouping().embedding.currentData() if self._rows else ""
            embedding = "" if chosen == A_MODEL else chosen
            name = words.short(words.shown(words.file_name(photo)))
            ids = (photo.id,)
            self._rank(
                f"likeness to {name}", lambda: ids + functions.similar(project_id, photo.id, embedding)
            )
        else:
            self._messages.tell("Go to the photo that the others should be like.")

    def leave(self) -> None:
        """The usual order again."""
        self._wanted = self._waiting = None
        self._show_bar(None)
        if self._session.showing.ranked is not None:
            self._session.rank(None)

    def _rank(self, by: str, work: Callable[[], tuple[int, ...]], text: str = "") -> None:
        """Ask for a ranking; of several that wait, only the last is worked out. `text` was typed for it."""
        self._forget_timer.stop()
        self.bar.say(f"Looking for {by} …")
        self._waiting = (by, work, text)
        self._wanted = work
        if not self.asking.busy:
            self._next()

    def _next(self) -> None:
        if self._waiting is None:
            return
        (by, work, text), self._waiting = self._waiting, None
        self.asking.run(
            work,
            lambda ids: self._ranked(work, Ranked(by, ids, text)),
            lambda e: self._not_ranked(work, e),
            ended=self._next,
        )

    def _ranked(self, work: object, ranked: Ranked) -> None:
        if work is not self._wanted:
            return
        typing = self._area.toolbar.search.hasFocus()
        self._session.rank(ranked)
        if self._area.view != "grid" or self._area.large:
            self._area.show_view("grid")
            if typing:
                self._area.toolbar.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_ranked(self, work: object, error: Exception) -> None:
        if work is self._wanted:
            self.leave()
            self.say(error)

    def _show_bar(self, ranked: Ranked | None) -> None:
        if ranked is not None:
            sentence = f"The grid is sorted by {ranked.words}, best first."
            self.bar.say(sentence, pinnable=bool(ranked.text))
        elif self._wanted is None:
            self.bar.say("")
            self.forget_later()

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        project_id = snapshot.project.id if snapshot.project else None
        if project_id != self._project_id:  # what was asked or chosen in another project is wanted no more
            self._project_id, self._wanted, self._waiting, self._rows = project_id, None, None, []
        ranked = snapshot.showing.ranked
        if ranked is not self._scrolled:
            self._scrolled = ranked
            if ranked is not None:
                self._top_timer.start()
        if self._session.showing.ranked is None and (self._wanted is None or not self.asking.busy):
            self._wanted = None
            self._show_bar(None)
        self._read_timer.start()

    def forget_later(self) -> None:
        """Somebody used the vectors; some minutes after the last one did, their memory is given back."""
        self._forget_timer.start()

    def _forget(self) -> None:
        if self._functions is not None and self._session.showing.ranked is None:
            self.asking.run(self._functions.forget, None, lambda _: None)

    # -- what is missing -------------------------------------------------------------------------------

    def say(self, error: Exception) -> None:
        """In one sentence, with a button that brings what is missing."""
        if isinstance(error, NeedsError):
            lacks = model_sentences.embedding(error.missing, error.name, None)
            brings = lacks if error.model_id else MODELS
            self._messages.warn(str(error), brings, lambda: self.bring(error))
        else:
            self._messages.warn(sentence(error))

    def bring(self, needed: NeedsError) -> None:
        """What is missing: a model's vectors of the photos, or a model."""
        if needed.model_id:
            self.embed(needed.model_id, needed.name)
        else:
            self._open_models("")

    def _job(self, label: str, work: Callable[[int, Progress], Any], told: Callable[[Any], str]) -> None:
        """Run a job over the project; what it needs and has not is said."""
        project_id = self._session.project_id
        if project_id is None:
            return

        def guarded(progress: Progress) -> Any:
            try:
                return work(project_id, progress)
            except NeedsError as error:
                return error

        def ended(found: Any) -> None:
            if isinstance(found, NeedsError):
                self.say(found)
            elif found.failed:
                self._messages.warn(told(found))
            else:
                self._messages.tell(told(found))

        self._centre.start(label, guarded, ended)

    def embed(self, model_id: str, name: str) -> None:
        """Make a model's vectors where the project lacks them."""
        functions = self._functions
        project = next((each for each in self._session.projects if each.id == self._session.project_id), None)
        if functions is not None and project is not None:
            self._job(
                "Embedding",
                lambda project_id, progress: functions.embed(project_id, model_id, progress),
                lambda report: model_sentences.embedded(report, project.name, name),
            )

    def suggest_tags(self, only: Sequence[int] | None = None) -> None:
        """Let a model suggest tags for these photos, or all of the project."""
        functions = self._functions
        if functions is not None:
            self._job(
                "Tagging", lambda project_id, p: functions.tag(project_id, only, p), model_sentences.tagged
            )

    def write_captions(self, only: Sequence[int] | None = None) -> None:
        """Let a model write captions for these photos, or all of the project."""
        functions = self._functions
        if functions is not None:
            self._job(
                "Captioning",
                lambda project_id, p: functions.caption(project_id, only, p),
                model_sentences.captioned,
            )

    def _with_selection(self, act: Callable[[Sequence[int]], None]) -> None:
        chosen = self._area.chosen_ids()
        if chosen:
            act(chosen)
        else:
            self._messages.tell("Select the photos that this is about.")

    # -- what photos are compared by -------------------------------------------------------------------

    def _ask_embeddings(self) -> None:
        functions, project_id = self._functions, self._session.project_id
        if functions is not None and project_id is not None:
            self.reading.run(
                lambda: functions.embeddings(project_id), self._show_embeddings, lambda e: self.say(e)
            )

    def _show_embeddings(self, rows: list[EmbeddingRow]) -> None:
        project = self._session.snapshot.project
        used = str((project.grouping if project else {}).get("embedding") or "")
        before = self._grouping().embedding.currentData() if self._rows else used
        self._rows = rows
        listed = [(row.id, row.name) for row in rows]
        if len(rows) == 1:
            listed.append((A_MODEL, "A learned model"))
        self._grouping().show_embeddings(listed, before)
        self._show_lack(self._grouping().embedding.currentData())

    def _show_lack(self, embedding_id: str) -> None:
        row = next((row for row in self._rows if row.id == embedding_id), None)
        self._grouping().button.setEnabled(
            embedding_id != A_MODEL and (row is None or row.has > 0 or not row.ready)
        )
        if embedding_id == A_MODEL:
            self._grouping().say_lack(
                "To group by meaning, a learned model is needed, and none is on this computer.", MODELS
            )
        elif row is None or row.has >= row.ready or row is self._rows[0]:
            self._grouping().say_lack("", "")
        else:
            missing = row.ready - row.has
            many = "No photo has" if not row.has else f"{words.count(missing, 'photo')} have not yet got"
            self._grouping().say_lack(
                f"{many} the numbers of {row.name} that photos are compared by.",
                model_sentences.embedding(missing, row.name, row.seconds),
            )

    def _bring(self) -> None:
        chosen = self._grouping().embedding.currentData()
        row = next((row for row in self._rows if row.id == chosen), None)
        self._grouping().leave()
        if row is None:
            self._open_models("")
        else:
            self.embed(row.id, row.name)

    # -- the photo in the panel ------------------------------------------------------------------------

    def _selected(self, selected: Sequence[Photo], current: Photo | None, _behind: object) -> None:
        self._photo = current if len(selected) <= 1 else None
        self._read_timer.start()

    def _read(self) -> None:
        photo, library, project_id = self._photo, self._session.library, self._session.project_id
        if photo is None or photo.status != "ready" or library is None or project_id is None:
            self._panel.words.show_words(None, PhotoTags(), None)
            return
        if self.reading.busy:
            self._read_timer.start()
            return

        def read() -> tuple[PhotoTags, WrittenCaption | None]:
            return (
                photo_tags(library, project_id, photo.id),
                project_captions(library, project_id, photo.id).get(photo.id),
            )

        self.reading.run(read, lambda found: self._show_words(photo.id, *found), lambda _: None)

    def _show_words(self, photo_id: int, tags: PhotoTags, caption: WrittenCaption | None) -> None:
        if self._photo is not None and self._photo.id == photo_id:
            self._panel.words.show_words(photo_id, tags, caption)

    def _decide(self, photo_id: int, word: str, state: str | None) -> None:
        project_id = self._session.project_id

        def act(library: Library) -> None:
            decide_tags(library, project_id=project_id, decisions={photo_id: [word]}, state=state)

        self._session.do(act, lambda _: self._read_timer.start())

    def _write_caption(self, photo_id: int, text: str) -> None:
        project_id = self._session.project_id
        self._session.do(
            lambda library: write_caption(library, project_id=project_id, photo_id=photo_id, caption=text),
            lambda _: self._read_timer.start(),
        )
