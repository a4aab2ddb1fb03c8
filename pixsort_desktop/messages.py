"""What two processes of ours say to each other over a pipe: a JSON object and some bytes.

No pickles, whose reader would have to trust the process that read a stranger's file.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any

_MOST_HEADER = 1_000_000


def send(stream: IO[bytes], header: dict[str, Any], *blobs: bytes) -> None:
    """Write one message. Raises OSError where nobody reads any more."""
    text = json.dumps(header | {"blobs": [len(blob) for blob in blobs]}).encode()
    stream.write(struct.pack(">I", len(text)) + text)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """What `send` sent. Raises EOFError at the end of the stream, ValueError for what is no message."""
    (length,) = struct.unpack(">I", _exactly(stream, 4))
    if length > _MOST_HEADER:
        raise ValueError("no message of ours")
    header = json.loads(_exactly(stream, length))
    return header, [_exactly(stream, size) for size in header.pop("blobs")]


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data
