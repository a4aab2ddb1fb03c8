"""Learned models as plain callables for the window, and the one process in which they run."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixsort_desktop.progress import Progress
from pixsort_desktop.views.models.desk import ModelRow, ModelsFunctions

if TYPE_CHECKING:
    from pixsort_desktop.jobs.comparing import Accelerator
    from pixsort_desktop.jobs.remove_vectors import KeptEmbedding
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.vision.models.catalogue import ModelSpec
    from pixsort_desktop.vision.models.client import ModelProcess
    from pixsort_desktop.vision.models.installed import InstalledModel


class ModelsRoom:
    """Whoever needs a model asks `process()`; it is made when first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: ModelProcess | None = None
        self._library: Library | None = None
        self._closed = False
        self._ending: threading.Thread | None = None

    def attach(self, library: Library) -> None:
        """The library is open; it keeps the choice of the device, and the vectors."""
        self._library = library

    @property
    def library(self) -> Library | None:
        """None while it is not open yet."""
        return self._library

    @property
    def folder(self) -> Path:
        from pixsort_desktop.vision.models.installed import models_folder

        return models_folder()

    def process(self) -> ModelProcess:
        """The models' process, whose child starts at its first use. Raises ModelError once the program is ending."""
        from pixsort_desktop.vision.models.client import ModelProcess
        from pixsort_desktop.vision.models.installed import ModelError

        with self._lock:
            if self._closed:
                raise ModelError("The program is ending.")
            if self._process is None:
                self._process = ModelProcess(device=self.kept_device())
            return self._process

    def accelerator(self) -> Accelerator:
        """Where many photos are compared when they are grouped; starts nothing."""
        from pixsort_desktop.jobs.comparing import Accelerator

        return Accelerator(self.process)

    def kept_device(self) -> str:
        """The user's choice: 'auto', 'cuda', 'mps' or 'cpu'."""
        from pixsort_desktop.jobs.embed_with_model import chosen_device

        return chosen_device(self._library) if self._library is not None else "auto"

    def set_device(self, kind: str) -> None:
        """Keep another choice; what runs now is begun again there. Waits while the models' process starts."""
        from pixsort_desktop.jobs.embed_with_model import keep_device

        if self._library is not None:
            keep_device(self._library, kind)
        with self._lock:
            process = self._process
        if process is not None:
            process.use_device(kind)

    def device_in_words(self) -> str:
        """Where models run; nothing is started to find it out."""
        with self._lock:
            process = self._process
        if process is None or not process.running:
            return "Where that is shows once a model runs."
        known = process.describe_device()
        return f"Running on {known.name}, {known.precision}. {known.note}".rstrip()

    def close(self) -> None:
        """End the child, without waiting for it here."""
        with self._lock:
            self._closed, old, self._process = True, self._process, None
        if old is not None:
            self._ending = threading.Thread(target=old.close, name="models end", daemon=True)
            self._ending.start()

    def wait(self, seconds: float) -> bool:
        """Whether the child is gone."""
        if self._ending is not None:
            self._ending.join(seconds)
            return not self._ending.is_alive()
        return True


def models_functions(room: ModelsRoom) -> ModelsFunctions:
    """What `views.models.desk` may do; each imports what it needs in the worker that runs it."""
    return ModelsFunctions(
        rows=lambda: _rows(room),
        download=lambda model_id, progress: _download(room.folder, model_id, progress),
        bring_in=lambda wanted, progress: _bring_in(room, wanted, progress),
        remove=lambda model_id, vectors: _remove(room, model_id, vectors),
        remove_vectors=lambda model_id: _remove_vectors(room, model_id),
        space=lambda: _space(room),
        test=lambda model_id, progress: _test(room, model_id, progress),
        device=room.device_in_words,
        kept_device=room.kept_device,
        set_device=room.set_device,
        folder=lambda: str(room.folder),
    )


def _rows(room: ModelsRoom) -> list[ModelRow]:
    """The catalogue, then the user's own, then folders that hold no model, then models of which only vectors are left."""
    from pixsort_desktop.vision.models.catalogue import CATALOGUE
    from pixsort_desktop.vision.models.installed import look_through, partial_bytes

    folder = room.folder
    found = {each[0] if isinstance(each, tuple) else each.id: each for each in look_through(folder)}
    rows = [_row_of(spec, found.pop(spec.id, None), partial_bytes(folder, spec.id)) for spec in CATALOGUE]
    rows += [_own_row(name, each) for name, each in found.items()]
    kept = {each.id: each for each in _kept(room) if each.id != _built_in()}
    rows = [_with_vectors(row, kept.pop(row.id, None)) for row in rows]
    return rows + [_with_vectors(_gone_row(each.id), each) for each in kept.values()]


def _kept(room: ModelsRoom) -> list[KeptEmbedding]:
    from pixsort_desktop.jobs.remove_vectors import kept_embeddings

    return kept_embeddings(room.library, room.folder) if room.library is not None else []


def _built_in() -> str:
    from pixsort_desktop.vision.descriptor import EMBEDDING_ID

    return EMBEDDING_ID


def _with_vectors(row: ModelRow, kept: KeptEmbedding | None) -> ModelRow:
    from dataclasses import replace

    if kept is None:
        return row
    again = f"Making them again means embedding {_photos(kept.photos)}"
    again += f", {_span(kept.seconds)}" if kept.seconds else ""
    again += "." if kept.here else ", and needs the model."
    return replace(row, vectors=_amount(kept), again=again)


def _amount(kept: KeptEmbedding) -> str:
    """«2,340 photos, 5 MB»."""
    from pixsort_desktop.vision.models.catalogue import size_in_words

    return f"{_photos(kept.photos)}, {size_in_words(kept.size)}"


def _photos(count: int) -> str:
    return f"{count:,} photo{'' if count == 1 else 's'}"


def _span(seconds: float) -> str:
    return f"about {round(seconds / 60):,} min" if seconds > 90 else f"about {max(1, round(seconds)):,} s"


def _space(room: ModelsRoom) -> str:
    from pixsort_desktop.vision.models.catalogue import size_in_words

    kept = _kept(room)
    if not kept:
        return ""
    told = f"Vectors take {size_in_words(sum(each.size for each in kept))} of this library"
    built_in = next((each for each in kept if each.id == _built_in()), None)
    return f"{told}; the built-in embedding {size_in_words(built_in.size)} of it." if built_in else f"{told}."


def _row_of(spec: ModelSpec, found: InstalledModel | tuple[str, str] | None, partial: int) -> ModelRow:
    from pixsort_desktop.vision.models.catalogue import size_in_words

    state, reason = "absent", ""
    if isinstance(found, tuple):
        state, reason = "damaged", found[1]
    elif found is not None:
        state = "here"
    elif partial:
        state, reason = "partial", f"{size_in_words(partial)} of {size_in_words(spec.file_bytes)} are here."
    return ModelRow(
        id=spec.id, name=spec.name, state=state, good_for=spec.good_for,
        facts=f"{spec.dimensions} numbers a photo · needs {size_in_words(spec.memory_bytes)} of memory",
        size=size_in_words(spec.file_bytes), licence=spec.licence, licence_note=spec.conditions, page=spec.page,
        reason=reason,
    )  # fmt: skip


def _own_row(name: str, found: InstalledModel | tuple[str, str]) -> ModelRow:
    from pixsort_desktop.vision.models.catalogue import size_in_words

    if isinstance(found, tuple):
        return ModelRow(name, name, "damaged", "", "", "", "", "", "", found[1], can_download=False)
    kind = f", {found.architecture}" if found.architecture != "custom" else ""
    does = "Words, tags and grouping." if found.reads_text else "Grouping and «more like this». No words."
    return ModelRow(
        id=found.id, name=found.name, state="here", good_for=f"Your own{kind}. {does}",
        facts=f"{found.dimensions} numbers a photo · kept as {found.id}",
        size=size_in_words(found.weights.stat().st_size), licence=found.licence, licence_note="", page="",
        can_download=False,
    )  # fmt: skip


def _gone_row(model_id: str) -> ModelRow:
    return ModelRow(
        id=model_id, name=model_id, state="gone", good_for="Vectors by a model that is not on this computer any more.",
        facts="", size="", licence="", licence_note="", page="", can_download=False,
    )  # fmt: skip


def _download(folder: Path, model_id: str, progress: Progress) -> Any:
    from pixsort_desktop.vision.models.catalogue import spec_of
    from pixsort_desktop.vision.models.download import download_model

    return download_model(folder, spec_of(model_id), progress=progress)


def _bring_in(room: ModelsRoom, wanted: dict[str, str], progress: Progress) -> str:
    from pixsort_desktop.jobs.models import Wanted, import_model

    config, tokenizer = wanted.get("config"), wanted.get("tokenizer")
    told = Wanted(
        wanted.get("library"),
        wanted.get("architecture"),
        wanted.get("name"),
        Path(config) if config else None,
        Path(tokenizer) if tokenizer else None,
    )
    model = import_model(room.folder, Path(wanted["file"]), room.process(), wanted=told, progress=progress)
    return model.name


def _remove(room: ModelsRoom, model_id: str, vectors: bool) -> None:
    """The vectors last: where the files cannot be removed, both stay."""
    from pixsort_desktop.vision.models.installed import remove_model

    remove_model(room.folder, model_id)
    if vectors:
        _remove_vectors(room, model_id)


def _remove_vectors(room: ModelsRoom, model_id: str) -> str:
    from pixsort_desktop.jobs.remove_vectors import remove_vectors
    from pixsort_desktop.vision.models.catalogue import size_in_words

    if room.library is None:
        return ""
    removed = remove_vectors(room.library, model_id)
    photos = f"{removed.photos:,} vector{'' if removed.photos == 1 else 's'} removed"
    return f"{photos}; the library is {size_in_words(removed.freed)} smaller."


def _test(room: ModelsRoom, model_id: str, progress: Progress) -> str:
    from pixsort_desktop.jobs.models import try_model
    from pixsort_desktop.vision.models.installed import find_installed

    trial = try_model(find_installed(room.folder, model_id), room.process(), progress=progress)
    return (
        f"{trial.pictures_a_second:,.1f} photos a second on {trial.device} ({trial.precision}), {trial.dimensions} numbers"
        f" each; {trial.start_s:.1f} s until the first."
    )
