"""What a window is given to show is of one moment."""

from __future__ import annotations

import itertools
import threading
from functools import partial
from pathlib import Path

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.projects import all_projects
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.views.snapshot import read_snapshot


def test_a_project_and_its_columns_are_of_the_same_moment(sorted_library: Path) -> None:
    with Library.open(sorted_library) as library:
        (project,) = all_projects(library)
        group = board(library, project.id)[0].group
        assert group is not None
        over = threading.Event()

        def rename(transaction: Transaction, name: str) -> None:
            transaction.update("projects", (project.id,), {"name": name})
            transaction.update("groups", (group.id,), {"label": name})

        def keep_renaming() -> None:
            for number in itertools.count(1):
                if over.is_set():
                    break
                library.write(partial(rename, name=f"Name {number}"))

        library.write(lambda t: rename(t, "Name 0"))
        writing = threading.Thread(target=keep_renaming)
        writing.start()
        try:
            seen = set()
            for _ in range(80):
                snapshot = read_snapshot(library, project.id)
                now, first = snapshot.project, snapshot.columns[0].group
                assert now is not None
                assert first is not None
                assert now.name == first.label
                seen.add(now.name)
        finally:
            over.set()
            writing.join()
        assert len(seen) > 1  # it was renamed while we read
