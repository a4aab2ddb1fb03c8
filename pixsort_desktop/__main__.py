"""`python -m pixsort_desktop` and the windowed bundle."""

from __future__ import annotations

import multiprocessing
import sys


def start() -> int:
    """Child processes of a bundle begin here too and must not open a window."""
    multiprocessing.freeze_support()
    if sys.argv[1:] == ["--pixsort-decoder"]:  # photo.apart.SWITCH
        from pixsort_desktop.photo.decoder import serve

        serve()
        return 0
    if sys.argv[1:] == ["--pixsort-models"]:  # vision.models.child.SWITCH
        from pixsort_desktop.vision.models.worker import serve as serve_models

        serve_models()
    from pixsort_desktop import app

    return app.main()


if __name__ == "__main__":
    sys.exit(start())
