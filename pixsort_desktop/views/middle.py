"""What is said in the middle of the window when there is nothing to show."""

from __future__ import annotations

from typing import Any

from pixsort_desktop.views import filter_words, words
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.snapshot import Snapshot

ADD = (("add_folder", "Add a folder …"), ("add_photos", "Add photos …"))


def empty_words(session: Session, *, trouble: str, busy: bool) -> dict[str, Any] | None:
    """Arguments for `EmptyState.say`, or None where there are photos to show."""
    if trouble:
        return {
            "title": "The library cannot be opened",
            "text": trouble,
            "buttons": (("quit", "Close"),),
            "mark": "warning",
        }
    snapshot = session.snapshot
    if session.library is None or (snapshot.project is None and session.project_id is not None):
        return {"title": "Opening the library …", "text": ""}
    if snapshot.project is None:
        return _no_project(session)
    if not snapshot.order:
        if busy:
            return {
                "title": "Looking for photos …",
                "text": "The first ones appear in a moment.",
                "mark": "folder",
            }
        return {
            "title": "Drop photos or folders here",
            "text": "They stay where they are, and no original is ever changed.",
            "buttons": ADD,
            "invites": True,
        }
    if snapshot.found is not None and not snapshot.found:
        return _nothing_matches(snapshot)
    return None


def _nothing_matches(snapshot: Snapshot) -> dict[str, Any]:
    """Which search or filter hides everything, and the way out of it."""
    search = f"«{words.short(' '.join(snapshot.showing.search.split()), 48)}»"
    filtered = words.short(filter_words.sentence(snapshot.showing.active, snapshot.columns), 160)
    if not snapshot.showing.active:
        return {
            "title": "No photo matches",
            "text": f"Nothing in this project matches {search}.",
            "buttons": (("clear_search", "Show all photos"),),
            "mark": "search",
        }
    if snapshot.hits is None:
        text = f"The filter hides all {words.count(len(snapshot.order), 'photo')}: {filtered}."
        buttons = [("clear_filter", "Clear the filter")]
    else:
        text = f"Nothing matches the search {search} and the filter: {filtered}."
        buttons = [("clear_filter", "Clear the filter"), ("clear_search", "Clear the search")]
    return {"title": "No photo matches", "text": text, "buttons": tuple(buttons), "mark": "filter"}


def _no_project(session: Session) -> dict[str, Any]:
    if session.projects:
        return {
            "title": "Choose a project",
            "text": "Or drop a folder here to begin a new one.",
            "buttons": ADD,
            "invites": True,
        }
    return {
        "title": "Drop a shoot here",
        "text": "PixSort sorts it into columns of photographs that belong together. "
        "Everything happens on this computer, and no original is ever changed.",
        "buttons": ADD,
        "invites": True,
    }
