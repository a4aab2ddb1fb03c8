"""How facts are said: counts, times, exposures, names. Plain functions from records to text."""

from __future__ import annotations

import json
import math
from datetime import datetime

from pixsort_desktop.commands.clocks import length
from pixsort_desktop.library.filters import camera_name
from pixsort_desktop.library.records import Job, Photo, Project

UNGROUPED = "Ungrouped"


def shown(text: str) -> str:
    """A path or name that may hold bytes that are no text, with a replacement mark for each of them."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\n", "⏎").replace("\r", "⏎")


def file_name(photo: Photo) -> str:
    return shown(photo.path.replace("\\", "/").rpartition("/")[2])


def folder(path: str) -> str:
    return shown(path.replace("\\", "/").rpartition("/")[0])


def count(number: int, noun: str, plural: str | None = None) -> str:
    """«1 photo», «1,204 photos»."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def short(name: str, longest: int = 32) -> str:
    """A name that fits into a sentence."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def stack(frames: int, closed: bool) -> str:
    """What the cover of a stack says of it."""
    return f"{'closed' if closed else 'open'} stack of {frames:,} frames"


def frame(photo: Photo) -> str:
    """«frame of 2 files», or nothing for a photo of one file."""
    return f"frame of {len(photo.companions) + 1:,} files" if photo.companions else ""


def file_names(photo: Photo) -> list[str]:
    """The names of all files of a photo that has several, with the folder where it is another one."""
    home = photo.path.replace("\\", "/").rpartition("/")[0]
    names = [file_name(photo)]
    for companion in photo.companions:
        place, _, name = companion.path.replace("\\", "/").rpartition("/")
        names.append(shown(name if place == home else companion.path))
    return names if len(names) > 1 else []


def tooltip(photo: Photo) -> str:
    parts = file_names(photo) or [file_name(photo)]
    if photo.status == "failed":
        parts.append(photo.error or "It could not be read.")
    elif photo.taken_at:
        parts.append(when(photo))
    return "\n".join(parts)


def spoken(photo: Photo) -> str:
    """What a screen reader says for a photo."""
    if photo.status == "failed":
        return f"{file_name(photo)}, failed: {photo.error or 'it could not be read'}"
    parts = [file_name(photo), frame(photo), when(photo) if photo.taken_at else "", judgement(photo)]
    return ", ".join(part for part in parts if part)


def when(photo: Photo) -> str:
    """The capture time as its camera's clock said it."""
    if not photo.taken_at:
        return ""
    try:
        moment = datetime.fromisoformat(photo.taken_at)
    except ValueError:
        return photo.taken_at
    if len(photo.taken_at) == 10:
        return f"{moment.day} {moment:%B %Y}"
    text = f"{moment.day} {moment:%B %Y, %H:%M:%S}"
    if moment.utcoffset() is not None:
        text += f" ({moment:%Z})" if moment.tzinfo else ""
    return text


def exposure(seconds: float) -> str:
    """«1/250 s», «0.8 s», «2 s»."""
    if seconds <= 0 or not math.isfinite(seconds):
        return ""
    if seconds < 0.4:
        return f"1/{round(1 / seconds):,} s"
    return f"{seconds:.1f}".rstrip("0").rstrip(".") + " s"


def number(value: float, digits: int = 1) -> str:
    """At most so many digits after the point, without zeros at the end: «2.8», «40»."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def place(latitude: float, longitude: float) -> str:
    ns, ew = ("N" if latitude >= 0 else "S"), ("E" if longitude >= 0 else "W")
    return f"{abs(latitude):.5f}° {ns}, {abs(longitude):.5f}° {ew}"


def judgement(photo: Photo) -> str:
    """«Pick, 3 stars, green», or nothing for a photo that is not judged."""
    parts = [
        (photo.flag or "").capitalize(),
        count(photo.rating, "star") if photo.rating else "",
        photo.colour or "",
    ]
    return ", ".join(part for part in parts if part)


def facts(photo: Photo) -> list[tuple[str, str]]:
    """The lines of the details panel: (what, value), only what is known."""
    megapixels = (photo.width or 0) * (photo.height or 0) / 1e6
    size = f"{photo.width:,} × {photo.height:,}" if photo.width and photo.height else ""
    if megapixels >= 0.1:
        size += f" ({number(megapixels)} MP)"
    known = [
        ("Judgement", judgement(photo)),
        ("Taken", when(photo)),
        ("Time from", _TIME_FROM.get(photo.taken_from or "", "") if photo.taken_at else ""),
        ("Clock", clock(photo.clock_shift_s)),
        ("Camera", shown(camera_name(photo.make, photo.model))),
        ("Serial", shown(photo.serial or "")),
        ("Lens", shown(photo.lens or "")),
        ("Exposure", exposure(photo.exposure_s) if photo.exposure_s else ""),
        ("Aperture", f"f/{number(photo.f_number)}" if photo.f_number else ""),
        ("ISO", f"{photo.iso:,}" if photo.iso else ""),
        ("Focal length", f"{number(photo.focal_mm)} mm" if photo.focal_mm else ""),
        ("Burst", f"frame {photo.burst_frame}" if photo.burst_frame else "yes" if photo.burst_id else ""),
        ("People", shown(", ".join(people(photo)))),
        ("Size", size),
        ("Format", photo.format or ""),
        ("Files", "\n".join(file_names(photo))),
        ("Place", _place_of(photo)),
        ("Words", shown(photo.description or "")),
        ("Albums", shown(", ".join(photo.albums))),
        ("Folder", folder(photo.path)),
    ]
    return [(what, value) for what, value in known if value]


_TIME_FROM = {
    "digitised": "when it was digitised",
    "xmp": "XMP",
    "iptc": "IPTC",
    "gps": "GPS, which is UTC",
    "archive": "its archive, which is UTC",
    "file name": "the file’s name",
    "modified": "its last change in a program",
    "file time": "the file’s date on disk",
}


def clock(shift_s: float) -> str:
    """«set back 3 min 20 s in this project», or nothing."""
    if not shift_s:
        return ""
    return f"{'put forward' if shift_s > 0 else 'set back'} {length(shift_s)} in this project"


def people(photo: Photo) -> list[str]:
    """The names of the people that another program marked in the photo, or that its archive names."""
    regions = json.loads(photo.people) if photo.people else []
    names = (*(region.get("name") for region in regions), *photo.archive_people)
    return list(dict.fromkeys(name for name in names if name))


def _place_of(photo: Photo) -> str:
    if photo.latitude is None or photo.longitude is None:
        return ""
    height = ""
    if photo.altitude_m is not None:
        height = f", {number(abs(photo.altitude_m))} m" + (" below sea level" if photo.altitude_m < 0 else "")
    return place(photo.latitude, photo.longitude) + height


_STATUS = {"importing": "Importing", "grouping": "Grouping", "failed": "Stopped by an error"}


def project_line(project: Project, new: int) -> str:
    """The second line of a project in the list: what it is doing, or what it holds."""
    if project.status in _STATUS:
        return f"{_STATUS[project.status]} · {count(project.photo_count, 'photo')}"
    if not project.photo_count:
        return "Empty"
    parts = [progress(project)]
    if new > 0:
        parts.append(f"{new:,} new")
    if project.failed_count:
        parts.append(f"{project.failed_count:,} failed")
    return " · ".join(parts)


def progress(project: Project) -> str:
    """«61 photos», «12 of 61 decided» once one is, «61 photos, all decided»; failed files are never decided."""
    readable = project.photo_count - project.failed_count
    if not project.decided_count:
        return count(project.photo_count, "photo")
    if project.decided_count >= readable:
        return f"{count(readable, 'photo')}, all decided"
    return f"{project.decided_count:,} of {readable:,} decided"


def size(number: int) -> str:
    """«412 kB», «31.4 MB», «2.10 GB»: as file managers of today count, by thousands."""
    if number < 1_000_000:
        return f"{max(1, round(number / 1e3)):,} kB" if number else "0 kB"
    return f"{number / 1e6:,.1f} MB" if number < 1_000_000_000 else f"{number / 1e9:,.2f} GB"


def duration(seconds: float) -> str:
    """«12 s», «3 min 20 s», «2 h 5 min»."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole < 600 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


_KINDS = {
    "import": "Import",
    "embed": "Completing photos",
    "embed_model": "Embedding with a model",
    "group": "Grouping",
    "copy": "Copy",
    "takeout": "Google Takeout",
    "locate": "Locating files",
    "sidecars": "Writing sidecars",
    "read_sidecars": "Reading sidecars",
    "jpegs": "Writing into JPEGs",
    "trash": "Moving to the trash",
    "move": "Moving files",
    "copy_photos": "Copying files",
    "put_back": "Putting files back",
}
_ENDS = {"done": "done", "cancelled": "cancelled", "failed": "failed", "interrupted": "interrupted",
         "resumed": "interrupted, taken up again", "running": "running"}  # fmt: skip


def job_line(job: Job, project: str) -> str:
    """A finished job in one line: «Import into Wedding · 1,204 of 1,204 · 2 failed · done»."""
    parts = [
        f"{_KINDS.get(job.kind, job.kind.capitalize())}: {shown(project)}"
        if project
        else _KINDS.get(job.kind, job.kind)
    ]
    if job.total:
        parts.append(f"{job.done:,} of {job.total:,}")
    if job.failed:
        parts.append(f"{job.failed:,} failed")
    parts.append(_ENDS.get(job.state, job.state))
    try:
        begun, ended = datetime.fromisoformat(job.started_at), datetime.fromisoformat(job.ended_at or "")
        parts.append(duration((ended - begun).total_seconds()))
    except ValueError:
        pass
    return " · ".join(parts)
