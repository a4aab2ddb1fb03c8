"""Keywords, tags that models suggest, captions, and how they are searched."""

from __future__ import annotations

from sqlite_utils import Database

# Keywords that were accepted and captions are searched with the rest; of captions the user's own, else those of models.
_WORDS = """CREATE VIEW photo_words AS SELECT id, text
     || coalesce(char(10) || (SELECT group_concat(word, char(10)) FROM keywords
         WHERE photo_id = photo_archive_words.id AND state = 'accepted'), '')
     || coalesce(char(10) || coalesce((SELECT caption FROM own_captions WHERE photo_id = photo_archive_words.id),
         (SELECT group_concat(caption, char(10)) FROM model_captions WHERE photo_id = photo_archive_words.id)), '') AS text
     FROM photo_archive_words"""
_WORD_TABLES = (
    """CREATE TABLE keywords (photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE, word TEXT NOT NULL,
    state TEXT NOT NULL, PRIMARY KEY (photo_id, word)) WITHOUT ROWID""",
    """CREATE TABLE suggested_tags (photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    embedding_id TEXT NOT NULL, word TEXT NOT NULL, confidence REAL NOT NULL,
    PRIMARY KEY (photo_id, embedding_id, word)) WITHOUT ROWID""",
    """CREATE TABLE tagged (photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    embedding_id TEXT NOT NULL, vocabulary TEXT NOT NULL, PRIMARY KEY (photo_id, embedding_id)) WITHOUT ROWID""",
    """CREATE TABLE own_captions (photo_id INTEGER PRIMARY KEY REFERENCES photos(id) ON DELETE CASCADE,
    caption TEXT NOT NULL)""",
    """CREATE TABLE model_captions (photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    embedding_id TEXT NOT NULL, caption TEXT NOT NULL, PRIMARY KEY (photo_id, embedding_id)) WITHOUT ROWID""",
)


def add_keywords_and_written_captions(db: Database) -> None:
    """Keywords of photos, tags that models suggest for them, and captions by models and by the user.

    keywords.state is 'accepted' or 'rejected'; a word without a row is undecided. `tagged` says by which vocabulary (the
    digest of its words) a photo was looked at, also where nothing was found.
    """
    for statement in _WORD_TABLES:
        db.execute(statement)
    archive_words = db.execute("SELECT sql FROM sqlite_master WHERE name = 'photo_words'").fetchone()[0]
    db.execute("DROP VIEW photo_words")
    db.execute(archive_words.replace("photo_words", "photo_archive_words", 1))
    db.execute(_WORDS)
    for table in ("keywords", "own_captions", "model_captions"):
        for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
            db.execute(
                f"CREATE TRIGGER {table}_{event.lower()} AFTER {event} ON {table} BEGIN"
                f" DELETE FROM photo_search WHERE rowid IN ({row}.photo_id, {'old' if event == 'UPDATE' else row}.photo_id);"
                " INSERT INTO photo_search (rowid, text) SELECT id, text FROM photo_words"
                f" WHERE id IN ({row}.photo_id, {'old' if event == 'UPDATE' else row}.photo_id); END"
            )
