"""Which properties another program looks for, and in which file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pixsort_desktop.photo.xmp import carriers, names
from pixsort_desktop.photo.xmp.carriers import Carrier
from pixsort_desktop.photo.xmp.names import Colour, Flag

Form = Literal["stem", "full"]  # IMG.xmp, IMG.CR2.xmp


@dataclass(frozen=True, slots=True)
class Profile:
    """One program's habits. They decide what is added; what a file already has is kept up to date in any case.

    `flags` are written for a pick, and for a reject unless `rejects_in_rating` (the stars then give way to −1:
    such a program has one field for both).
    """

    key: str
    title: str
    form: Form
    flags: tuple[Carrier[Flag], ...]
    labels: tuple[Carrier[Colour], ...]
    rejects_in_rating: bool = False
    keyword_lists: tuple[tuple[str, str], ...] = ((names.LIGHTROOM, "hierarchicalSubject"),)
    has_label_sets: bool = False  # the user can choose what its labels are called
    names_extension: bool = False  # a new sidecar says whose it is, in photoshop:SidecarForExtension


_FLAGS = (carriers.PICK, carriers.GOOD)

LIGHTROOM: Final = Profile(
    "lightroom",
    "Lightroom",
    "stem",
    _FLAGS,
    (carriers.LABEL, carriers.LABEL_COLOUR),
    has_label_sets=True,
    names_extension=True,
)
DARKTABLE: Final = Profile(
    "darktable", "darktable", "full", _FLAGS, (carriers.DARKTABLE_LABELS,), rejects_in_rating=True
)
BRIDGE: Final = Profile(
    "bridge",
    "Bridge",
    "stem",
    _FLAGS,
    (carriers.BRIDGE_LABEL,),
    rejects_in_rating=True,
    has_label_sets=True,
    names_extension=True,
)
DIGIKAM: Final = Profile(
    "digikam",
    "digiKam",
    "full",
    (carriers.PICK_LABEL,),
    (carriers.COLOUR_LABEL, carriers.LABEL),
    keyword_lists=((names.DIGIKAM, "TagsList"), (names.LIGHTROOM, "hierarchicalSubject")),
)
CAPTURE_ONE: Final = Profile("captureone", "Capture One", "stem", _FLAGS, (carriers.LABEL,))

PROFILES: Final[dict[str, Profile]] = {
    profile.key: profile for profile in (LIGHTROOM, DARKTABLE, BRIDGE, DIGIKAM, CAPTURE_ONE)
}
