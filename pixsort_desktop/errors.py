"""Errors that reach a person. Each one is a sentence that says what happened and what to do."""


class PixsortError(Exception):
    """Something a user can understand and act on; `str(error)` is shown as it is."""


class PhotoError(PixsortError):
    """One file could not be read as a photo. Costs that file its pixels, never the batch."""


class LibraryError(PixsortError):
    """The library file could not be opened or written. The file itself is left as it was."""


class ConflictError(LibraryError):
    """A change does not fit what the library holds by now."""


class NotFoundError(PixsortError):
    """A project, group or photo that was named does not exist."""
