"""A file's bytes, wherever they are: in memory or still on disk."""

from __future__ import annotations

import io
from typing import BinaryIO


class Source:
    """Bytes that are asked for piece by piece. What lies beyond the end is missing, never an error."""

    def __init__(self, data: bytes | BinaryIO) -> None:
        self._data = data
        if isinstance(data, bytes):
            self.size = len(data)
        else:
            self.size = data.seek(0, io.SEEK_END)

    def at(self, place: int, length: int) -> bytes:
        """`length` bytes from `place` on, or as many of them as there are."""
        if place < 0 or length <= 0 or place >= self.size:
            return b""
        if isinstance(self._data, bytes):
            return self._data[place : place + length]
        self._data.seek(place)
        return self._data.read(min(length, self.size - place))

    def number(self, place: int, length: int, order: str = ">") -> int:
        """An unsigned integer; `order` is «<» or «>». Raises ValueError beyond the end."""
        found = self.at(place, length)
        if len(found) != length:
            raise ValueError("past the end of the file")
        return int.from_bytes(found, "little" if order == "<" else "big")

    def stream(self) -> BinaryIO:
        """The same bytes as a file object, whose place nobody else relies on."""
        return io.BytesIO(self._data) if isinstance(self._data, bytes) else self._data
