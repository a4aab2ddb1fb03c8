"""The plan of the demo shoot: which scene was photographed when, how often, and with which settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from pixsort_desktop.demo import closeups, landscapes, nights, singles, waters
from pixsort_desktop.demo.brush import Scene

BROKEN_AFTER = "balloons"  # the card failed while the last frame of this scene was written


@dataclass(frozen=True)
class Shot:
    """One scene of the shoot and how the camera was set for it."""

    name: str
    scene: Scene
    frames: int
    start: datetime
    gap_s: float
    focal_mm: float
    f_number: float
    exposure: tuple[int, int]
    iso: int
    place: tuple[float, float] | None = None
    portrait: bool = False
    shake: float = 1.0
    pause_s: float = 0.0  # once, after half of the frames
    seed: int = 7  # of the scene; which one looks best was judged by eye

    def taken(self, frame: int) -> datetime:
        """When a frame was taken: evenly but not mechanically spaced, and a pause in the middle if there was one."""
        uneven = 0.13 * ((frame * 7) % 5 - 2) * self.gap_s if frame else 0.0
        pause = self.pause_s if frame >= (self.frames + 1) // 2 else 0.0
        return self.start + timedelta(seconds=frame * self.gap_s + uneven + pause)

    @property
    def lens(self) -> str:
        if self.focal_mm >= 100:
            return "PixSort 100-400mm f/4.5-5.6"
        zoom = self.f_number >= 2.8 and 24 <= self.focal_mm <= 70
        return "PixSort 24-70mm f/2.8" if zoom else f"PixSort {self.focal_mm:.0f}mm f/1.8"

    @property
    def grain(self) -> float:
        """Deviation of the grain on a scale of 0 to 1: more of it at a higher ISO."""
        return 0.0015 + 0.0045 * float((self.iso / 100) ** 0.38)


def _at(month: int, day: int, clock: str, offset: int) -> datetime:
    hour, minute, second = (float(part) for part in clock.split(":"))
    zone = timezone(timedelta(hours=offset))
    return datetime(2025, month, day, int(hour), int(minute), tzinfo=zone) + timedelta(seconds=second)


# fmt: off  (a table: when; seconds between frames, focal length, aperture, exposure, ISO)
SHOTS: tuple[Shot, ...] = (
    Shot(
        "snow street",
        nights.snow_street,
        5,
        _at(1, 18, "17:04:12.310", 1),
        1.1,
        35,
        1.8,
        (1, 80),
        3200,
        place=(60.3966, 5.3265),
    ),
    Shot(
        "northern lights",
        nights.aurora,
        4,
        _at(2, 22, "23:41:05.620", 1),
        6.5,
        20,
        1.8,
        (4, 1),
        1600,
        place=(68.2010, 13.9930),
        shake=0.25,
    ),
    Shot(
        "lighthouse",
        waters.lighthouse,
        4,
        _at(3, 9, "16:22:48.140", 0),
        0.7,
        70,
        5.6,
        (1, 640),
        800,
        place=(50.0492, -5.6790),
    ),
    Shot(
        "tulips",
        landscapes.tulips,
        4,
        _at(4, 19, "11:15:33.870", 2),
        1.9,
        28,
        8.0,
        (1, 320),
        100,
        place=(52.2583, 4.5564),
        pause_s=41,
    ),
    Shot(
        "misty mountains",
        landscapes.misty_mountains,
        4,
        _at(5, 24, "05:48:20.050", 2),
        2.3,
        135,
        8.0,
        (1, 250),
        100,
    ),
    Shot(
        "zinnia",
        closeups.zinnia,
        3,
        _at(7, 6, "07:12:51.480", 2),
        1.4,
        100,
        5.6,
        (1, 400),
        200,
        portrait=True,
        shake=1.3,
    ),
    Shot("moon", singles.moon, 1, _at(7, 9, "22:51:07.730", 2), 1, 400, 8.0, (1, 250), 200),
    Shot(
        "sail",
        waters.sailboat,
        5,
        _at(7, 12, "14:30:02.210", 2),
        0.8,
        200,
        7.1,
        (1, 1250),
        100,
        place=(46.4512, 6.5530),
    ),
    Shot("candles", closeups.candles, 4, _at(8, 2, "21:36:44.900", 2), 1.6, 50, 1.8, (1, 60), 1600),
    Shot("lightning", singles.lightning, 1, _at(8, 15, "22:18:39.000", 2), 1, 24, 8.0, (15, 1), 100),
    Shot(
        "Milky Way",
        nights.milky_way,
        2,
        _at(8, 23, "23:58:10.400", 2),
        27,
        14,
        1.8,
        (20, 1),
        6400,
        place=(44.1730, 7.6210),
        portrait=True,
        shake=0.3,
    ),
    Shot(
        "sea at sunset",
        waters.sea_sunset,
        4,
        _at(9, 13, "19:47:31.660", 1),
        3.1,
        85,
        8.0,
        (1, 500),
        100,
        place=(37.0180, -8.9960),
    ),
    Shot(
        "balloons",
        landscapes.balloons,
        8,
        _at(9, 20, "06:38:15.020", 3),
        0.4,
        50,
        5.6,
        (1, 500),
        200,
        place=(38.6431, 34.8289),
        pause_s=95,
    ),
    Shot("coffee", singles.coffee, 1, _at(9, 21, "08:05:27.350", 3), 1, 35, 2.8, (1, 125), 400),
    Shot(
        "beech wood",
        landscapes.forest,
        3,
        _at(10, 11, "08:31:56.190", 2),
        2.7,
        35,
        4.0,
        (1, 160),
        400,
        place=(51.0790, 10.4530),
        portrait=True,
    ),
    Shot("autumn leaf", singles.leaf, 1, _at(10, 11, "10:02:14.550", 2), 1, 100, 5.6, (1, 200), 400),
    Shot(
        "dunes",
        landscapes.dunes,
        3,
        _at(11, 8, "16:49:03.800", 1),
        2.2,
        70,
        11.0,
        (1, 200),
        100,
        place=(31.1470, -3.9730),
    ),
    Shot("city", nights.city, 3, _at(11, 29, "17:02:38.270", 1), 3.4, 50, 4.0, (1, 15), 1600, shake=0.7),
)
# fmt: on


@dataclass(frozen=True)
class Frame:
    """One file of the shoot; `shot` is None for the broken one."""

    file: str
    shot: Shot | None
    number: int = 0
    seed: tuple[int, int] = field(default=(0, 0))


def frames() -> list[Frame]:
    """Every file of the shoot in the order of its name."""
    listed: list[Frame] = []
    for index, shot in enumerate(SHOTS):
        for number in range(shot.frames):
            listed.append(Frame(f"DSC_{len(listed) + 1:04d}.JPG", shot, number, (index, number)))
        if shot.name == BROKEN_AFTER:
            listed.append(Frame(f"DSC_{len(listed) + 1:04d}.JPG", None))
    return listed
