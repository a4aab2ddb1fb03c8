"""Writing a judgement into a sidecar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pixsort_desktop.photo.xmp.document import SidecarChangedError, XmpError
from pixsort_desktop.photo.xmp.judgement import XmpFacts
from pixsort_desktop.photo.xmp.names import PHOTOSHOP, PREFIXES, RDF, XMP
from pixsort_desktop.photo.xmp.planning import Changes, Edit, Patch, patch_packet
from pixsort_desktop.photo.xmp.profiles import LIGHTROOM, Profile
from pixsort_desktop.photo.xmp.replacing import digest, read_or_none, replace_file

Status = Literal["created", "changed", "unchanged"]

NEW_SIDECAR = f"""\
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="PixSort Desktop">
 <rdf:RDF xmlns:rdf="{RDF}">
  <rdf:Description rdf:about=""
    xmlns:xmp="{XMP}"/>
 </rdf:RDF>
</x:xmpmeta>
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What was done to one file, or, in a dry run, what would be."""

    path: Path
    status: Status
    edits: tuple[Edit, ...]
    before: XmpFacts
    after: XmpFacts
    digest: (
        str  # SHA-256 of the bytes that are now there, for the next `expected`; ABSENT where there is no file
    )


def patch_sidecar(
    path: str | Path,
    changes: Changes,
    profile: Profile = LIGHTROOM,
    *,
    expected: str | None = None,
    photo: str | Path | None = None,
    dry_run: bool = False,
) -> Result:
    """Say a judgement in a sidecar; see `planning.patch_packet` for what changes in it and what does not.

    A sidecar that does not exist is made, unless it would say nothing. `expected` is the `digest` of the bytes on
    which the caller's knowledge rests (ABSENT for no file); `photo` is the photo a new sidecar is for.

    Raises XmpError, and the file stays as it was: where it is not sound XMP, is not of the encoding it claims,
    or cannot be written. Raises SidecarChangedError where it is not what was expected, or changes while it is
    written.
    """
    path = Path(path)
    try:
        old = read_or_none(path)
        if expected is not None and digest(old) != expected:
            raise SidecarChangedError("another program has changed it since it was read.")
        if old is None and changes.says_nothing:
            return Result(path, "unchanged", (), XmpFacts(), XmpFacts(), digest(None))
        patch = _first(changes, profile, photo) if old is None else patch_packet(old, changes, profile)
        if old is not None and not patch.edits:
            return Result(path, "unchanged", (), patch.before, patch.before, digest(old))
        if not dry_run:
            replace_file(path, old, patch.data)
    except XmpError as error:
        raise type(error)(f"{path.name} was left as it is: {error}") from error
    status: Status = "created" if old is None else "changed"
    return Result(path, status, patch.edits, patch.before, patch.after, digest(patch.data))


def _first(changes: Changes, profile: Profile, photo: str | Path | None) -> Patch:
    """The patch that makes a sidecar out of nothing."""
    packet = NEW_SIDECAR
    extension = Path(photo).suffix.lstrip(".").upper() if photo is not None else ""
    if profile.names_extension and extension.isalnum() and extension.isascii():
        prefix = PREFIXES[PHOTOSHOP]
        belongs = f'\n    xmlns:{prefix}="{PHOTOSHOP}"\n   {prefix}:SidecarForExtension="{extension}"'
        packet = packet.replace("/>", f"{belongs}/>", 1)
    return replace(patch_packet(packet.encode(), changes, profile), before=XmpFacts())
