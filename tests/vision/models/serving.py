"""A real web server on this machine that behaves like a publisher of models, and like one that misbehaves."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Publisher:
    """Files by path; `resolve/` answers like Hugging Face, `/cdn/` gives the bytes. Wishes say what goes wrong."""

    files: dict[str, bytes] = field(default_factory=dict)
    stated: dict[str, str] = field(default_factory=dict)  # a checksum other than the true one
    break_after: list[int] = field(
        default_factory=list
    )  # bytes of each following answer, then the line is cut
    codes: list[int] = field(default_factory=list)  # what the next questions are answered with
    needs_token: str | None = None
    resumes: bool = True
    etag: str = '"one"'
    extra: bytes = b""  # sent behind the file
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    address: str = ""
    elsewhere: str = ""  # where the bytes are; usual: here

    def requests(self, method: str) -> list[tuple[str, dict[str, str]]]:
        return [(path, headers) for kind, path, headers in self.asked if kind == method]


def allow_this_machine(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let connections to 127.0.0.1 through the guard that all tests have. Answers the list of those made."""
    refuse, made = socket.socket.connect, list[Any]()

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_INET or address[0] not in ("127.0.0.1", "localhost"):
            refuse(self, address)
        made.append(address)
        _CONNECT(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", _here)
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "HF_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    return made


_CONNECT = socket.socket.connect


def _here(host: str, port: Any, *_: Any, **__: Any) -> list[Any]:
    """Names are not looked up in tests: all that is asked for is this machine."""
    if host not in ("127.0.0.1", "localhost"):
        raise AssertionError(f"the address of {host} was looked up")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


@contextmanager
def publishing(publisher: Publisher) -> Iterator[Publisher]:
    """Serve on a free port of 127.0.0.1; `publisher.address` tells which."""

    class Answers(_Answers):
        of = publisher

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    publisher.address = f"http://127.0.0.1:{server.server_address[1]}"
    publisher.elsewhere = publisher.elsewhere or f"http://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Answers(BaseHTTPRequestHandler):
    of: Publisher
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._note("HEAD")
        if not self._plain_trouble():
            self._state()

    def do_GET(self) -> None:
        self._note("GET")
        if not self._plain_trouble():
            self._give()

    def _note(self, method: str) -> None:
        self.of.asked.append(
            (method, self.path, {name.lower(): value for name, value in self.headers.items()})
        )

    def _plain_trouble(self) -> bool:
        if self.of.codes:
            code = self.of.codes.pop(0)
        elif self._wants_token():
            code = 401
        elif self._file() is None:
            code = 404
        else:
            return False
        self._answer(code, {"Content-Length": "0"})
        return True

    def _wants_token(self) -> bool:
        wanted = self.of.needs_token
        return bool(
            wanted and "/cdn/" not in self.path and self.headers.get("Authorization") != f"Bearer {wanted}"
        )

    def _file(self) -> bytes | None:
        return self.of.files.get(self.path.rsplit("/", 1)[-1])

    def _state(self) -> None:
        name = self.path.rsplit("/", 1)[-1]
        data = self.of.files[name]
        if name.endswith(".json"):  # small files have git's id
            git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            self._answer(
                200, {"ETag": f'"{self.of.stated.get(name, git)}"', "Content-Length": str(len(data))}
            )
            return
        stated = self.of.stated.get(name, hashlib.sha256(data).hexdigest())
        self._answer(302, {
            "X-Linked-Etag": f'"{stated}"', "X-Linked-Size": str(len(data)), "Content-Length": "0",
            "Location": f"{self.of.elsewhere}/cdn/{name}",
        })  # fmt: skip

    def _give(self) -> None:
        data = self._file()
        assert data is not None
        wanted = self.headers.get("Range")
        fits = self.headers.get("If-Range", self.of.etag) == self.of.etag
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and fits and self.of.resumes else 0
        rest = data[start:] + self.of.extra
        headers = {"Content-Length": str(len(rest)), "ETag": self.of.etag}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._answer(206 if start else 200, headers)
        if self.of.break_after:
            self.wfile.write(rest[: self.of.break_after.pop(0)])
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(rest)

    def _answer(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
