"""One file over HTTP: what the publisher states of it, then its bytes, resumed where they stopped, checked at the end.

The standard library's urllib, without its redirects: it would hand the token on to whatever host it is sent to. Hugging
Face answers a question for a file of `resolve/` with its SHA-256 (`X-Linked-Etag`) and size (`X-Linked-Size`) and the
address of the bytes, which is good for some minutes; a small file has its git id as `ETag`. Both are taken from the host
that was asked, over TLS, and from nobody it sends us to. The way is that of `huggingface_hub/file_download.py`.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import json
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

from pixsort_desktop import __version__
from pixsort_desktop.vision.models.installed import ModelError

CHUNK = 1 << 20
TIMEOUT_S = 30.0
TRIES = 5  # in a row without a byte in between
PAUSE_S = 2.0  # before the second try; twice as long before each further one
ROOM = 100_000_000  # bytes of the disk that stay free
_REDIRECTS = (301, 302, 303, 307, 308)
_HEX = re.compile(r"[0-9a-f]+")

Told = Callable[[int, int], None]  # bytes there, bytes in all; raises to stop


class ConsentError(ModelError):
    """The publisher gives the file only to those who asked for it on his page."""


class _BrokenOffError(Exception):
    """The connection ended early; trying again may help."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the publisher states of a file. One of `sha256` and `git_id` may be known, or none."""

    url: str  # where the bytes are
    size: int | None
    sha256: str | None
    git_id: str | None
    token: str | None = None  # to be shown there: only where the bytes are with the host that asked for it

    @property
    def identity(self) -> str:
        return self.sha256 or self.git_id or ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def ask(url: str, token: str | None = None) -> Offer:
    """What the publisher states of the file at `url`.

    Raises ConsentError, ModelError with a sentence, `_BrokenOffError` where another try may help.
    """
    here, told = url, dict[str, str]()
    for _ in range(8):
        answer = _request("HEAD", here, _shown(token))
        answer.close()
        told |= {name.lower(): value for name, value in answer.headers.items()}
        if answer.status not in _REDIRECTS:
            break
        here = _next(here, answer.headers.get("Location", ""))
        if urlsplit(here).netloc != urlsplit(url).netloc:
            told.pop("content-length", None)  # of the redirect's own page
            return _offer(here, told, None)
        told = {name: value for name, value in told.items() if name.startswith("x-linked-")}
    else:
        raise ModelError(f"{_host(url)} sends us in circles; try again later.")
    return _offer(here, told, token)


def fetch(
    url: str,
    target: Path,
    *,
    sha256: str | None,
    token: str | None = None,
    told: Told = lambda _done, _total: None,
    pause_s: float = PAUSE_S,
) -> str:
    """Bring the file at `url` to `target` and answer its SHA-256 (64 hex digits).

    What an earlier try left at `target` is gone on from. `sha256` is what the file must have, None to take the
    publisher's word. Whatever `told` raises stops the fetch; what has arrived stays. Raises ModelError.
    """
    tries, there = 0, -1
    while True:
        try:
            offer = _asked(url, token)
            _agree(offer, sha256, url)
            return _receive(offer, target, told)
        except _BrokenOffError as error:
            size = target.stat().st_size if target.exists() else 0
            tries, there = (1, size) if size > there else (tries + 1, there)
            if tries >= TRIES:
                raise ModelError(
                    f"{_host(url)} cannot be reached ({error}); what has arrived is kept."
                ) from None
            _wait(pause_s * 2 ** (tries - 1), partial(told, size, 0))
        except OSError as error:
            raise ModelError(f"The file cannot be written to {target}: {_words(error)}.") from error


def _asked(url: str, token: str | None) -> Offer:
    """The token is shown only to a publisher who wants one."""
    try:
        return ask(url)
    except ConsentError:
        if not token:
            raise
        return ask(url, token)


def _agree(offer: Offer, sha256: str | None, url: str) -> None:
    if sha256 and offer.sha256 and offer.sha256 != sha256:
        raise ModelError(
            f"{_host(url)} has another file there by now than the one this program knows, by its checksum; nothing was"
            " fetched. A newer PixSort may know it; a file from elsewhere can be imported."
        )
    if not (sha256 or offer.identity):
        raise ModelError(
            f"{_host(url)} states no checksum of the file, so it cannot be trusted; nothing was fetched."
        )


def _receive(offer: Offer, target: Path, told: Told) -> str:
    """The bytes of the file into `target`, from where it ends. Answers the SHA-256."""
    note = target.with_name(target.name + ".note")
    start = _start(target, note, offer)
    digests = _Digests(offer)
    if start:
        digests.read(target, lambda: told(start, offer.size or 0))
    if offer.size is not None and start < offer.size:
        _need_room(target, offer.size - start)
    if offer.size is None or start < offer.size:
        _load(offer, target, note, start, digests, told)
    if offer.size is not None and target.stat().st_size != offer.size:
        raise _BrokenOffError("the file ended early")
    if not digests.match():
        target.unlink()
        note.unlink(missing_ok=True)
        raise ModelError(
            "What arrived has another checksum than the publisher states; it was deleted. Try again."
        )
    note.unlink(missing_ok=True)
    return digests.sha256.hexdigest()


def _start(target: Path, note: Path, offer: Offer) -> int:
    """How many bytes of just this file are there."""
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
        size = target.stat().st_size
        if known["identity"] == offer.identity and (offer.size is None or size <= offer.size):
            return size
    except (OSError, ValueError, KeyError, TypeError):
        pass
    target.unlink(missing_ok=True)
    note.write_text(json.dumps({"identity": offer.identity, "etag": None}), encoding="utf-8")
    return 0


def _load(offer: Offer, target: Path, note: Path, start: int, digests: _Digests, told: Told) -> None:
    etag = json.loads(note.read_text(encoding="utf-8")).get("etag")
    headers = {"Range": f"bytes={start}-"} if start else {}
    if start and etag:
        headers["If-Range"] = etag
    answer, here = _request("GET", offer.url, headers | _shown(offer.token)), offer.url
    for _ in range(8):
        if answer.status not in _REDIRECTS:
            break
        answer.close()
        here = _next(here, answer.headers.get("Location", ""))
        same = urlsplit(here).netloc == urlsplit(offer.url).netloc
        answer = _request("GET", here, headers | _shown(offer.token if same else None))
    with answer:
        if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            _forget(target, note)
        if answer.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise ModelError(f"{_host(here)} does not give the file (HTTP {answer.status}); try again later.")
        if start and answer.status == HTTPStatus.OK:  # another file by now, or a server that cannot resume
            start = 0
            digests.begin()
        elif start and not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            _forget(target, note)
        strong = answer.headers.get("ETag")
        kept = strong if strong and not strong.startswith("W/") else None
        note.write_text(json.dumps({"identity": offer.identity, "etag": kept}), encoding="utf-8")
        with target.open("r+b" if start else "wb") as file:
            file.seek(start)
            _pour(answer, file, offer, start, digests, told)


def _forget(target: Path, note: Path) -> None:
    target.unlink(missing_ok=True)
    note.unlink(missing_ok=True)
    raise _BrokenOffError("the server does not go on where it stopped")


def _pour(answer: Any, file: BinaryIO, offer: Offer, start: int, digests: _Digests, told: Told) -> None:
    done = start
    told(done, offer.size or 0)
    while True:
        try:
            block = answer.read(CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise _BrokenOffError(_words(error)) from error
        if not block:
            return
        done += len(block)
        if offer.size is not None and done > offer.size:
            file.truncate(0)
            raise ModelError("The file is longer than the publisher states; it was deleted. Try again.")
        try:
            file.write(block)
            file.flush()
        except OSError as error:
            raise ModelError(f"The file cannot be written to {file.name}: {_words(error)}.") from error
        digests.update(block)
        told(done, offer.size or 0)


class _Digests:
    """SHA-256, and git's own id where that is what the publisher states."""

    def __init__(self, offer: Offer) -> None:
        self._offer = offer
        self.begin()

    def begin(self) -> None:
        self.sha256 = hashlib.sha256()
        self._git = hashlib.sha1(f"blob {self._offer.size or 0}\0".encode(), usedforsecurity=False)

    def update(self, block: bytes) -> None:
        self.sha256.update(block)
        if self._offer.git_id:
            self._git.update(block)

    def read(self, path: Path, check: Callable[[], None]) -> None:
        with path.open("rb") as file:
            while block := file.read(CHUNK * 8):
                check()
                self.update(block)

    def match(self) -> bool:
        if self._offer.sha256:
            return self.sha256.hexdigest() == self._offer.sha256
        return not self._offer.git_id or self._git.hexdigest() == self._offer.git_id


# -- HTTP ------------------------------------------------------------------------------------------------


def _shown(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _request(method: str, url: str, headers: dict[str, str]) -> Any:
    """The answer of the server, redirects included. Raises ConsentError, ModelError, _BrokenOffError."""
    sent = {"User-Agent": f"PixSort/{__version__}", "Accept-Encoding": "identity", **headers}
    request = urllib.request.Request(url, method=method, headers=sent)
    try:
        return urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if error.code in _REDIRECTS or error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return error
        error.close()
        raise _refused(error.code, url) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, OSError) and "CERTIFICATE" in str(error.reason):
            raise ModelError(
                f"{_host(url)} does not show a valid certificate; nothing was fetched."
            ) from error
        raise _BrokenOffError(_words(error.reason)) from error
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenOffError(_words(error)) from error


def _refused(code: int, url: str) -> Exception:
    host = _host(url)
    if code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return ConsentError(
            f"{host} gives this file only to those who agreed to its licence there (HTTP {code})."
        )
    if code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return ModelError(f"{host} does not have this file any more (HTTP {code}).")
    if code == HTTPStatus.TOO_MANY_REQUESTS or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _BrokenOffError(f"HTTP {code}")
    return ModelError(f"{host} does not give the file (HTTP {code}).")


def _next(here: str, location: str) -> str:
    """Where a redirect leads. Raises ModelError where that is not the web, or without TLS when we came with it."""
    there = urljoin(here, location)
    came, goes = urlsplit(here).scheme, urlsplit(there).scheme
    if not location or goes not in ("http", "https") or (came == "https" and goes != "https"):
        raise ModelError(f"{_host(here)} sends us to an address that is not safe; nothing was fetched.")
    return there


def _offer(url: str, told: dict[str, str], token: str | None) -> Offer:
    tag = (told.get("x-linked-etag") or told.get("etag") or "").removeprefix("W/").strip('"').lower()
    size = told.get("x-linked-size") or told.get("content-length") or ""
    known = _HEX.fullmatch(tag) is not None
    return Offer(
        url,
        int(size) if size.isdigit() else None,
        tag if known and len(tag) == 64 else None,
        tag if known and len(tag) == 40 else None,
        token,
    )


def _need_room(target: Path, needed: int) -> None:
    free = shutil.disk_usage(target.parent).free
    if free < needed + ROOM:
        raise ModelError(
            f"There is too little room in {target.parent.parent}: {needed / 1e6:,.0f} MB are to come, {free / 1e6:,.0f} MB"
            " are free."
        )


def _wait(seconds: float, check: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        check()
        time.sleep(min(0.2, left))


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _words(error: object) -> str:
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC:
            return "the disk is full"
        return error.strerror or str(error) or type(error).__name__
    with suppress(Exception):
        return str(error) or type(error).__name__
    return "no answer"
