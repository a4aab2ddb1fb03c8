"""What can go wrong with a learned model while it runs, in sentences."""

from __future__ import annotations

from pixsort_desktop.vision.models.installed import ModelError as ModelError


class ProcessDiedError(ModelError):
    """The models' process ended while it still owed an answer."""


def not_installed(package: str) -> str:
    """The sentence for a package of the `models` extra that is missing."""
    names = {"torch": "PyTorch"}
    return (
        f"Learned models need {names.get(package, package)}, which is not installed:"
        ' `pip install "pixsort-desktop[models]"` brings it.'
    )
