"""Which files are one frame: the order in which they are given never matters, and strangers never join."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixsort_desktop.photo.frames import APART_S, FrameFile, face_rank, frames_of, stem_of

CAMERAS = (("Canon", "R5"), ("CANON ", "r5"), ("Canon", "R6"), (None, "R5"), ("Canon", None), ("Canon", " "))
ENDINGS = (
    "", "-Edit", "-Edit-2", "_edited", "-bearbeitet", " (1)", "-1", "_2", "~2", " copy", "-HDR", "-Pano", "-1-Edit",
    "-Edit (1)", "_DxO_DeepPRIME", "-Enhanced-NR",
)  # fmt: skip
NUMBERED = (" (1)", "-1", "_2", "~2", " copy", "-1-Edit")


def one(
    name: str, at: float | None, camera: tuple[str | None, str | None] = ("Canon", "R5"), **rest: object
) -> FrameFile:
    return FrameFile(hash((name, at, camera)), name, at, *camera, **rest)  # type: ignore[arg-type]


def joined(*files: FrameFile) -> list[list[str]]:
    return [[file.name for file in frame] for frame in frames_of(files)]


files_of_a_folder = st.lists(
    st.builds(
        lambda number, start, ending, extension, at, camera, serial, whole: FrameFile(
            0, f"{start}{number}{ending}{extension}", at, *camera, serial, whole
        ),
        st.sampled_from((1, 1234, 1235)),
        st.sampled_from(("IMG_", "img_", "IMG_E")),
        st.sampled_from(ENDINGS),
        st.sampled_from((".CR2", ".JPG", ".jpg", ".HEIC", ".tif")),
        st.none() | st.integers(0, 60).map(lambda tenths: tenths / 10),
        st.sampled_from(CAMERAS),
        st.sampled_from((None, None, "1", "2")),
        st.booleans(),
    ),
    max_size=12,
).map(
    lambda files: [
        FrameFile(n, *(getattr(f, name) for name in FrameFile.__slots__[1:])) for n, f in enumerate(files)
    ]
)


@settings(max_examples=400, deadline=None)
@given(files_of_a_folder, st.randoms(use_true_random=False))
def test_order_never_matters_and_strangers_never_join(files: list[FrameFile], random: object) -> None:
    frames = frames_of(files)
    shuffled = list(files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert frames_of(shuffled) == frames
    seen = [file for frame in frames for file in frame]
    assert len(seen) == len(set(seen))
    for frame in frames:
        assert len(frame) > 1
        assert frame[0] == min(frame, key=face_rank)
        for a, b in itertools.combinations(frame, 2):
            assert a.taken_s is not None
            assert b.taken_s is not None
            assert abs(a.taken_s - b.taken_s) <= APART_S
            assert [(f.make or "").strip().casefold() for f in (a, b)] in (["canon"] * 2, [""] * 2)
            assert (a.model or "").strip().casefold() == (b.model or "").strip().casefold() != ""
            assert len({f.serial for f in frame} - {None}) <= 1
            assert stem_of(a.name).root == stem_of(b.name).root
            if stem_of(a.name).near != stem_of(b.name).near:  # a copy: the very time of a file of the frame
                assert a.taken_s % 1
                assert b.taken_s % 1 or any(c.taken_s == a.taken_s for c in frame if c != a)


@settings(max_examples=200, deadline=None)
@given(files_of_a_folder)
def test_a_pair_that_a_camera_made_is_one_frame_whatever_lies_beside(files: list[FrameFile]) -> None:
    """Nothing of other cameras and times can part it."""
    others = [file for file in files if file.taken_s is None or (file.model or "").strip() != "Z9"]
    pair = [one("IMG_1234.NEF", 3.2, ("Nikon", "Z9")), one("IMG_1234.JPG", 3.2, ("Nikon", "Z9"))]
    assert (pair[1], pair[0]) in frames_of([*others, *pair])


@pytest.mark.parametrize("ending", ENDINGS)
def test_names_that_editors_make(ending: str) -> None:
    raw, other = one("DSC_0001.NEF", 5.25), one(f"DSC_0001{ending}.tif", 5.25)
    own = ending in ("-HDR", "-Pano")
    assert bool(joined(raw, other)) is not own
    later = one(f"DSC_0001{ending}.tif", 5.75)  # another frame of a burst, or another second of an editor
    assert bool(joined(raw, later)) is not (own or ending in NUMBERED)
    whole_seconds = joined(one("DSC_0001.NEF", 5.0), one(f"DSC_0001{ending}.tif", 5.0))
    assert bool(whole_seconds) is not (own or ending in NUMBERED)


def test_what_apple_edits_is_the_frame_it_was_made_from() -> None:
    assert joined(one("IMG_E0042.JPG", 1.5), one("IMG_0042.HEIC", 1.5)) == [
        ["IMG_0042.HEIC", "IMG_E0042.JPG"]
    ]
    assert joined(one("IMG_EDIT.JPG", 1.5), one("IMG_DIT.HEIC", 1.5)) == []


def test_the_face_is_the_jpeg_then_heic_then_the_raw() -> None:
    files = [
        one("A.NEF", 1.0), one("A.tif", 1.0), one("A.HEIC", 1.0), one("A.jpg", 1.0, whole=False),
        one("A-Edit.jpg", 1.0), one("a.JPEG", 1.0),
    ]  # fmt: skip
    order = ["a.JPEG", "A.HEIC", "A.tif", "A.NEF", "A-Edit.jpg", "A.jpg"]
    assert joined(*files) == [order]
    assert joined(one("B.jpg", 1.0, pixels=10), one("B.jpeg", 1.0, pixels=20))[0][0] == "B.jpeg"


def test_numbers_that_began_again_join_no_strangers() -> None:
    day = 86_400.0
    files = [
        one("IMG_0001.CR3", 0.0),
        one("IMG_0001.JPG", 1.9),
        one("IMG_0001.jpeg", day),
        one("IMG_0001.tif", 4.0),
    ]
    assert joined(*files) == [["IMG_0001.JPG", "IMG_0001.CR3"]]


def test_two_bodies_of_one_model_are_told_apart() -> None:
    files = [
        one("1.CR3", 1.0, serial="A"),
        one("1.JPG", 1.0, serial="B"),
        one("1.tif", 1.0),
        one("1.heic", 1.0, serial="B"),
    ]
    assert joined(*files) == [["1.JPG", "1.heic"]]
