"""Names for copied files, after a template like `{date:%Y-%m-%d}/{camera}/{name}`. Pure: no file is touched.

Whatever a camera wrote into its metadata, the result is a relative path that Windows, macOS and Linux take: no
reserved names, no characters that one of them refuses, no dot or blank at the end, no `..`.
"""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from pixsort_desktop.errors import PixsortError

DEFAULT_TEMPLATE = "{date:%Y-%m-%d}/{camera}/{name}"
FIELDS = {
    "date": "when it was taken, as 2024-05-01; {date:%Y/%m} takes strftime's letters",
    "time": "the time of day, as 143005",
    "camera": "maker and model",
    "make": "the maker",
    "model": "the model",
    "lens": "the lens",
    "serial": "the camera's serial number",
    "name": "the file's own name",
    "stem": "the name without its extension",
    "ext": "the extension",
    "number": "1, 2, 3 … in the order of time; {number:04} has four digits",
    "counter": "the same as number",
    "folder": "the folder that the file lies in",
}
LONGEST = 240  # bytes of UTF-8 in one part of a path; 255 is the usual limit, and « (12)» may come on top
_DIRECTIVES = frozenset("YymdHMSjBbAafpIUWVGu")
_REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?")
_NUMBER = re.compile(r"0?[1-9]")


class NamingError(PixsortError):
    """A template that cannot be used; the sentence says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a name can be made of. `extension` is that of the group's picture, without a dot."""

    taken: datetime
    stem: str
    extension: str = ""
    folder: str = ""
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    serial: str | None = None
    number: int = 1


Piece = tuple[str, str | None, str]  # literal text, then a field (or none) and its format


class Template:
    """A checked template. Raises `NamingError` for one that names no field we know, or leads out of its folder."""

    def __init__(self, text: str) -> None:
        self.text = text
        parts = [part.strip() for part in _outside_braces(text)]
        if not text.strip() or not parts[-1]:
            raise NamingError(
                "The template is empty or ends in a slash; it has to name the file, as {name} does."
            )
        if any(part in ("", ".", "..") or re.match(r"[A-Za-z]:", part) for part in parts):
            raise NamingError(
                f"The template «{text}» leads out of the destination; it names folders below it, as {DEFAULT_TEMPLATE} does."
            )
        self._folders = [_pieces(part, text) for part in parts[:-1]]
        # The extension always comes last and is the file's own, so the last part is made without it.
        self._base = _pieces(re.sub(r"\.\{ext\}$", "", parts[-1]), text)

    def base(self, facts: NameFacts) -> tuple[str, ...]:
        """Folders and, last, the file's name without its extension: each part safe on every system."""
        folders = [
            safe_part(_render(pieces, facts, f"{facts.stem}.{facts.extension}")) for pieces in self._folders
        ]
        return (*folders, safe_part(_render(self._base, facts, facts.stem)))


def path_of(base: tuple[str, ...], suffix: str, number: int = 1) -> str:
    """The relative path, with slashes; from `number` 2 on the name has « (2)» so that it meets nobody."""
    counted = f" ({number})" if number > 1 else ""
    ending = f"{counted}{_clean(suffix).rstrip('. ')}"
    room = LONGEST - len(ending.encode())
    stem = _shortened(base[-1], max(1, room))
    return "/".join((*base[:-1], safe_part(stem + ending)))


def same_name(path: str) -> str:
    """What two paths share that Windows or macOS take for the same: neither case nor Unicode's forms count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def safe_part(text: str) -> str:
    """One part of a path that every system takes; never empty, never `.` or `..`, never hidden."""
    text = unicodedata.normalize("NFC", _clean(text)).strip().rstrip(". ")
    if text.startswith("."):
        text = "_" + text[1:]
    if _RESERVED.fullmatch(text):
        text = "_" + text
    return _shortened(text, LONGEST).rstrip(". ") or "_"


def _clean(text: str) -> str:
    return _REFUSED.sub("_", text)


def _shortened(text: str, most: int) -> str:
    """At most so many bytes, without cutting a character in two; the extension stays."""
    if len(text.encode()) <= most:
        return text
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending.encode()) > 20:
        stem, ending = text, ""
    room = max(1, most - len((dot + ending).encode() if ending else b""))
    return stem.encode()[:room].decode("utf-8", "ignore") + (dot + ending if ending else "")


# -- reading a template ----------------------------------------------------------------------------------------


def _outside_braces(text: str) -> list[str]:
    """The parts between slashes, of either kind; those inside braces ({date:%Y/%m}) part folders as well."""
    text = re.sub(r"\{(date|time):([^{}]*)\}", _split_format, text)
    return text.replace("\\", "/").split("/")


def _split_format(found: re.Match[str]) -> str:
    return "/".join(f"{{{found[1]}:{part}}}" for part in found[2].replace("\\", "/").split("/"))


def _pieces(part: str, whole: str) -> list[Piece]:
    try:
        parsed = list(string.Formatter().parse(part))
    except ValueError as error:
        raise NamingError(f"The braces in the template «{whole}» do not match.") from error
    pieces: list[Piece] = []
    for literal, field, form, conversion in parsed:
        if field is not None:
            _check_field(field, form or "", conversion)
        pieces.append((literal, field, form or ""))
    return pieces


def _check_field(field: str, form: str, conversion: str | None) -> None:
    if field not in FIELDS:
        raise NamingError(f"There is no field «{{{field}}}»; there are {', '.join(FIELDS)}.")
    if conversion:
        raise NamingError(f"«{{{field}!{conversion}}}» cannot be used; write {{{field}}}.")
    if not form:
        return
    if field in ("date", "time"):
        letters = re.findall(r"%(.?)", form)
        wrong = next((letter for letter in letters if letter not in _DIRECTIVES or not letter), None)
        if wrong is not None or not letters:
            raise NamingError(
                f"«{{{field}:{form}}}» is no date that can be written; an example is {{{field}:%Y-%m-%d}}."
            )
    elif field not in ("number", "counter") or not _NUMBER.fullmatch(form):
        raise NamingError(f"«{{{field}:{form}}}» cannot be used; only dates and {{number:04}} take a form.")


def _render(pieces: list[Piece], facts: NameFacts, name: str) -> str:
    return "".join(
        literal + (_clean(_value(field, form or "", facts, name)) if field is not None else "")
        for literal, field, form in pieces
    )


def _value(field: str, form: str, facts: NameFacts, name: str) -> str:
    if field in ("date", "time"):
        return facts.taken.strftime(form or {"date": "%Y-%m-%d", "time": "%H%M%S"}[field])
    if field in ("number", "counter"):
        return format(facts.number, form + "d")
    if field == "camera":
        return camera_name(facts.make, facts.model) or "Unknown camera"
    if field in ("make", "model", "lens", "serial"):
        return getattr(facts, field) or f"Unknown {field}"
    values = {"name": name, "stem": facts.stem, "ext": facts.extension, "folder": facts.folder}
    return values[field] or f"no {field}"


def camera_name(make: str | None, model: str | None) -> str:
    """«Canon EOS R5»: the maker is not said twice where the model begins with it."""
    make, model = (make or "").strip(), (model or "").strip()
    if make and model.casefold().startswith(make.split()[0].casefold()):
        return model
    return " ".join(part for part in (make, model) if part)
