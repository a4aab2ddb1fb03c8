"""From a wanted judgement to the smallest change of one packet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from pixsort_desktop.photo.xmp import carriers, names
from pixsort_desktop.photo.xmp.carriers import RATING, Carrier
from pixsort_desktop.photo.xmp.document import Attribute, Document, Element, Property, XmpError, parse
from pixsort_desktop.photo.xmp.edits import Edits, Splice
from pixsort_desktop.photo.xmp.judgement import XmpFacts, container, facts_of, items_of, said, value_of
from pixsort_desktop.photo.xmp.names import RDF, XMLNS, Colour, Flag
from pixsort_desktop.photo.xmp.profiles import Profile

T = TypeVar("T")


class Keep:
    """«Leave it as it is», where None means «clear it»."""

    def __repr__(self) -> str:
        return "KEEP"


KEEP: Final = Keep()


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be said. KEEP leaves a judgement alone, None takes it away, 0 stars are said as 0.

    Clearing the colour label takes away a colour; a label of another kind («Client approved») is no colour of
    ours and stays. `keywords` are paths «PixSort|Wedding|First dance»: they replace those under the same
    first words (`keyword_root`, such as «PixSort» or «PixSort|Tags»), and no others. Their last words go into dc:subject
    too, which is all that many programs look at. `caption` goes into dc:description; where one stands there that is not
    in `caption_over`, that one stays (None: whatever stands there is replaced).
    """

    rating: int | Keep | None = KEEP
    flag: Flag | Keep | None = KEEP
    label: Colour | Keep | None = KEEP
    keywords: Sequence[str] | Keep = KEEP
    keyword_root: str = "PixSort"
    caption: str | Keep = KEEP
    caption_over: frozenset[str] | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether a sidecar that does not exist would not need to."""
        return all(
            isinstance(wish, Keep) or not wish
            for wish in (self.rating, self.flag, self.label, self.keywords, self.caption)
        )


@dataclass(frozen=True, slots=True)
class Edit:
    """One property that changes, for a list that a person reads: None is «not there»."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Patch:
    """What changing one packet comes to."""

    data: bytes  # the new packet, in the encoding of the old one
    edits: tuple[Edit, ...]
    splices: tuple[Splice, ...]  # in `Document.body`
    before: XmpFacts
    after: XmpFacts


def patch_packet(data: bytes, changes: Changes, profile: Profile) -> Patch:
    """Say `changes` in a packet or sidecar, in the properties it has and in those the profile's program reads.

    Everything that says a changed judgement is brought into line, whichever program wrote it; what already says
    it stays byte for byte. Raises XmpError where the packet is not sound XMP, and where the change, read again
    and compared, would have touched anything else: then a bug would have been written to a photographer's file.
    """
    document = parse(data, lossless=True)
    if not document.descriptions:
        document = parse(document.to_bytes(_with_description(document)), lossless=True)
    planner = _Planner(document, changes, profile)
    planner.plan()
    new = document.to_bytes(planner.edits.apply())
    patched = parse(new, lossless=True)
    touched = {edit.name for edit in planner.done}
    if _rest(document, touched) != _rest(patched, touched):
        raise XmpError("changing it would have changed other properties too.")
    splices = tuple(planner.edits.splices())
    return Patch(new, tuple(planner.done), splices, facts_of(document), facts_of(patched))


def _with_description(document: Document) -> bytes:
    """The body with an empty rdf:Description in its empty rdf:RDF."""
    rdf, body = document.rdf, document.body
    prefix = rdf.name.rpartition(":")[0]
    name = f"{prefix}:Description" if prefix else "Description"
    about = rdf.prefix_of(RDF)
    new = f'<{name} {about}:about=""/>' if about else f"<{name}/>"
    if rdf.empty:
        return body[: rdf.tag_end - 2] + f">{new}</{rdf.name}>".encode() + body[rdf.tag_end :]
    return body[: rdf.tag_end] + new.encode() + body[rdf.tag_end :]


_KEYWORD_LISTS: Final = ((names.LIGHTROOM, "hierarchicalSubject"), (names.DIGIKAM, "TagsList"))
_FLAT: Final = (names.DC, "subject")


def _mark(name: tuple[str, str]) -> str:
    """What stands between the words of a path in that list."""
    return "/" if name[0] == names.DIGIKAM else "|"


def _is_below(root: str, path: str, mark: str = "|") -> bool:
    root = root.replace("|", mark)
    return path == root or path.startswith(root + mark)


class _Planner:
    def __init__(self, document: Document, changes: Changes, profile: Profile) -> None:
        self._document = document
        self._changes = changes
        self._profile = profile
        self.edits = Edits(document)
        self.done: list[Edit] = []

    def plan(self) -> None:
        changes = self._changes
        if not isinstance(changes.rating, Keep) or not isinstance(changes.flag, Keep):
            self._stars_and_flag()
        if not isinstance(changes.label, Keep):
            self._label(changes.label)
        if not isinstance(changes.keywords, Keep):
            self._keywords(tuple(changes.keywords))
        if not isinstance(changes.caption, Keep):
            self._caption(changes.caption)

    # -- stars and flag, which share xmp:Rating

    def _stars_and_flag(self) -> None:
        wished, profile = self._changes, self._profile
        sets_stars, sets_flag = not isinstance(wished.rating, Keep), not isinstance(wished.flag, Keep)
        stars = said(self._document, carriers.STARS) if isinstance(wished.rating, Keep) else wished.rating
        flag = said(self._document, carriers.FLAG) if isinstance(wished.flag, Keep) else wished.flag
        rejected = said(self._document, (carriers.REJECTED,)) is not None  # the stars say −1 now
        rejects = flag == "reject" and (
            (profile.rejects_in_rating and (sets_flag or rejected)) or (rejected and not sets_stars)
        )
        if rejects:
            self._set(RATING, "-1", add=True)
        elif sets_stars or rejected:
            text = "0" if stars is None and not sets_stars else RATING.writes(stars)
            self._set(RATING, text, add=stars is not None)
        if sets_stars:
            self._align(carriers.STARS[1:], stars, ())
        if sets_flag or (
            rejected and not rejects
        ):  # stars in place of a −1: the reject has to be said elsewhere
            in_rating = rejects and profile.rejects_in_rating
            self._align(carriers.FLAG_PROPERTIES, flag, () if in_rating else profile.flags)

    # -- colour label

    def _label(self, colour: Colour | None) -> None:
        label = self._label_carrier(colour)
        mine = tuple(label if carrier.local == "Label" else carrier for carrier in self._profile.labels)
        self._align((label, *carriers.COLOUR[1:-1], *self._colour_class(colour)), colour, mine)

    def _label_carrier(self, wanted: Colour | None) -> Carrier[Colour]:
        """xmp:Label in the words that the file uses, where the profile's program can be set to either."""
        if not self._profile.has_label_sets:
            return carriers.EXACT_LABEL if wanted else carriers.LABEL
        for found in self._document.find(names.XMP, "Label"):
            if value_of(found.place) in names.BRIDGE_WORDS.values():
                return carriers.BRIDGE_LABEL
            if carriers.LABEL.reads(value_of(found.place)):
                return carriers.LABEL
        return next(carrier for carrier in self._profile.labels if carrier.local == "Label")

    def _colour_class(self, wanted: Colour | None) -> tuple[Carrier[Colour], ...]:
        """Photo Mechanic's class in the palette that explains the file as it is; none if no palette does."""
        classes = [value_of(found.place) for found in self._document.find(names.PHOTO_MECHANIC, "ColorClass")]
        others = said(self._document, carriers.COLOUR[:-1])
        for palette in names.COLOUR_CLASSES:
            if all(text in ("", "0") or others is None or palette.get(text) == others for text in classes):
                return (carriers.colour_class(palette),)
        return (carriers.COLOUR_CLASS,) if wanted is None else ()  # 0 is «no class» in every palette

    # -- keywords

    def _keywords(self, wanted: tuple[str, ...]) -> None:
        root = self._changes.keyword_root
        if not all(_is_below(root, path) for path in wanted):
            raise XmpError(f"Keyword paths have to begin with {root}.")
        lists = {name: self._document.find(*name) for name in _KEYWORD_LISTS}
        paths = [path.replace(_mark(n), "|") for n in lists for f in lists[n] for path in items_of(f)]
        flat = [word for f in self._document.find(*_FLAT) for word in items_of(f)]
        ends = {path.rpartition("|")[2] for path in paths}
        # A flat keyword that no list explains is the user's own; said in the lists, it is still so afterwards.
        own = [end for path in wanted if (end := path.rpartition("|")[2]) in flat and end not in ends]
        for name, found in lists.items():
            mark = _mark(name)
            mine = [path if mark == "|" else path.replace("/", "⁄").replace("|", "/") for path in wanted]
            if found:
                self._set_keywords(found, partial(_is_below, root, mark=mark), [*own, *mine])
            elif mine and name in self._profile.keyword_lists:
                # A program that finds this list believes it alone: the flat keywords have to be in it too.
                theirs = {end for path in paths if _is_below(root, path) and (end := path.rpartition("|")[2])}
                both = list(dict.fromkeys([*(word for word in flat if word not in theirs), *mine]))
                self.edits.add_items(*name, "Seq" if mark == "/" else "Bag", both)
                self._note(*name, None, "; ".join(both))
        self._flat_keywords(wanted, paths)

    def _flat_keywords(self, wanted: tuple[str, ...], paths: Sequence[str]) -> None:
        """The last word of each path, for programs that know no hierarchy; ours go with their path."""
        root = self._changes.keyword_root
        theirs = {path.rpartition("|")[2] for path in paths if not _is_below(root, path)}
        ours = {path.rpartition("|")[2] for path in paths if _is_below(root, path)} - theirs
        words = list(dict.fromkeys(path.rpartition("|")[2] for path in wanted if "|" in path))
        found = self._document.find(*_FLAT)
        if found:
            self._set_keywords(found, lambda word: word in ours, words)
        elif words:
            self.edits.add_items(*_FLAT, "Bag", words)
            self._note(*_FLAT, None, "; ".join(words))

    def _set_keywords(self, found: list[Property], is_ours: Callable[[str], bool], mine: list[str]) -> None:
        """Replace our entries of a list by `mine`, in the first place where it stands."""
        for place, wanted in zip(found, [mine, *([] for _ in found[1:])], strict=False):
            old = items_of(place)
            new = [path for path in old if not is_ours(path) or path in wanted]
            new += [path for path in dict.fromkeys(wanted) if path not in new]
            if old == new:
                continue
            is_array = isinstance(place.place, Element) and container(place.place) is not None
            if not new:
                self.edits.remove(place)
            elif is_array:
                self.edits.set_items(place, new)
            else:
                self.edits.become_array(place, "Seq" if place.uri == names.DIGIKAM else "Bag", new)
            self._note(place.uri, place.local, "; ".join(old), "; ".join(new) or None)

    # -- caption

    def _caption(self, text: str) -> None:
        """dc:description in its default language; other languages stay."""
        found = self._document.find(names.DC, "description")
        old = facts_of(self._document).description
        over = self._changes.caption_over
        if not text or old == text or (old is not None and over is not None and old not in over):
            return
        if found:
            self.edits.set_alternative(found[0], text)
        else:
            self.edits.add_alternative(names.DC, "description", text)
        self._note(names.DC, "description", old, text)

    # -- properties

    def _align(self, shared: Iterable[Carrier[T]], wanted: T | None, mine: Sequence[Carrier[T]]) -> None:
        """Bring the properties that are there into line, and add the profile's where something is to be said."""
        kept = {(c.uri, c.local) for c in mine}
        for carrier in (*(c for c in shared if (c.uri, c.local) not in kept), *mine):
            text = carrier.writes(wanted)
            meant = carrier.reads(text) if text is not None else None
            stale = any(
                self._says(carrier, found) != meant
                for found in self._document.find(carrier.uri, carrier.local)
            )
            if stale or (wanted is not None and carrier in mine and not self._has(carrier)):
                self._set(carrier, text, add=carrier in mine)

    @staticmethod
    def _says(carrier: Carrier[T], found: Property) -> T | None:
        return next((s for s in map(carrier.reads, items_of(found)) if s is not None), None)

    @staticmethod
    def _is_said(carrier: Carrier[T], old: str, new: str) -> bool:
        """Whether two texts mean the same: «3.0» and «3», «True» and «true», but not the rejects −1 and 6."""
        if carrier.uri == names.XMP and carrier.local == "Rating":
            return carriers.number(old) == carriers.number(new)
        return old == new or (carrier.reads(old) is not None and carrier.reads(old) == carrier.reads(new))

    def _has(self, carrier: Carrier[T]) -> bool:
        return bool(self._document.find(carrier.uri, carrier.local))

    def _set(self, carrier: Carrier[T], text: str | None, *, add: bool) -> None:
        """Write one property wherever it stands; None takes it away."""
        found = self._document.find(carrier.uri, carrier.local)
        is_array = carrier.uri == names.DARKTABLE
        for place in found:
            old = "; ".join(items_of(place))
            if text is None:
                self.edits.remove(place)
            elif self._is_said(carrier, old, text):
                continue
            elif is_array or (isinstance(place.place, Element) and container(place.place) is not None):
                self.edits.set_items(place, [text])
            else:
                self.edits.set_value(place, text)
            self._note(carrier.uri, carrier.local, old, text)
        if not found and add and text is not None:
            if is_array:
                self.edits.add_items(carrier.uri, carrier.local, "Seq", [text])
            else:
                self.edits.add_value(carrier.uri, carrier.local, text)
            self._note(carrier.uri, carrier.local, None, text)

    def _note(self, uri: str, local: str, old: str | None, new: str | None) -> None:
        self.done.append(Edit(f"{names.PREFIXES[uri]}:{local}", old, new))


# -- the proof that nothing else changed --------------------------------------------------------------------


def _rest(document: Document, touched: set[str]) -> object:
    """Everything a document says besides the touched properties, as nested tuples that can be compared."""
    descriptions = set(map(id, document.descriptions))

    def untouched(uri: str, local: str) -> bool:
        return f"{names.PREFIXES.get(uri)}:{local}" not in touched

    def of(element: Element) -> object:
        here = id(element) in descriptions
        attributes: list[Attribute] = [a for a in element.attributes if a.uri != XMLNS]
        children = element.children
        if here:
            attributes = [a for a in attributes if untouched(a.uri, a.local)]
            children = [c for c in children if untouched(c.uri, c.local)]
        said = sorted((a.uri, a.local, a.value) for a in attributes)
        text = element.text.strip() if element.children or here else element.text
        return (element.uri, element.local, said, text, [of(child) for child in children])

    return of(document.root)
