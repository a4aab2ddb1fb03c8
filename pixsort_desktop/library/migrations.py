"""The shape of the library file, as steps that are never edited once they have shipped."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from pixsort_desktop.library.migrations_columns import add_colours_of_columns
from pixsort_desktop.library.migrations_maps import add_maps
from pixsort_desktop.library.migrations_prompts import add_prompts
from pixsort_desktop.library.migrations_words import add_keywords_and_written_captions

migrations = Migrations("pixsort")

APPLICATION_ID = 0x50495853  # «PIXS», so that a library can be told from any other SQLite file

# AUTOINCREMENT: an id is never given twice, so that undo can bring a row back under its own.
# files.path is TEXT, or a BLOB of the raw bytes where a name on disk is no valid UTF-8.
# files.role is 'original', or 'missing' where the file has gone while another of its photo is there.
# files.previous_photo_id is the photo whose bytes stood at this path before, until the import that found new ones
# there has settled what becomes of it (photos.settle_replaced).
# project_photos.position has gaps, so that a photo can be put between two others; placed is 'new' until a grouping has
# seen the photo, then 'automatic', or 'hand' where the user put it.
_TABLES = """
CREATE TABLE photos (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT UNIQUE, status TEXT NOT NULL, error TEXT, format TEXT,
    width INTEGER, height INTEGER, orientation INTEGER, taken_at TEXT, taken_seconds REAL, make TEXT, model TEXT,
    lens TEXT, iso INTEGER, exposure_s REAL, f_number REAL, focal_mm REAL, latitude REAL, longitude REAL, altitude_m REAL
);
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, photo_id INTEGER NOT NULL REFERENCES photos(id), path TEXT NOT NULL UNIQUE,
    size INTEGER, mtime_ns INTEGER, role TEXT NOT NULL, previous_photo_id INTEGER
);
CREATE INDEX files_by_photo ON files(photo_id);
CREATE INDEX files_replaced ON files(previous_photo_id) WHERE previous_photo_id IS NOT NULL;
CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, status TEXT NOT NULL,
    grouping TEXT NOT NULL DEFAULT '{}', created_at TEXT NOT NULL
);
CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL REFERENCES projects(id), label TEXT NOT NULL,
    position INTEGER NOT NULL, origin TEXT NOT NULL
);
CREATE INDEX groups_by_project ON groups(project_id, position);
CREATE TABLE project_photos (
    project_id INTEGER NOT NULL REFERENCES projects(id), photo_id INTEGER NOT NULL REFERENCES photos(id),
    group_id INTEGER REFERENCES groups(id), position INTEGER NOT NULL, placed TEXT NOT NULL,
    PRIMARY KEY (project_id, photo_id)
) WITHOUT ROWID;
CREATE INDEX project_photos_by_photo ON project_photos(photo_id);
CREATE INDEX project_photos_by_group ON project_photos(group_id, project_id, position);
CREATE TABLE embeddings (
    photo_id INTEGER NOT NULL REFERENCES photos(id), embedding_id TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (photo_id, embedding_id)
);
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER, kind TEXT NOT NULL, state TEXT NOT NULL,
    done INTEGER NOT NULL, total INTEGER NOT NULL, failed INTEGER NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
    error TEXT, arguments TEXT NOT NULL, process_id INTEGER, process_started REAL
);
CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER, label TEXT NOT NULL, at TEXT NOT NULL,
    changes TEXT NOT NULL, undone INTEGER NOT NULL
);
CREATE INDEX history_by_project ON history(project_id, undone);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)
"""


@migrations()
def create_tables(db: Database) -> None:
    """Photos and their files, projects and their boards, embeddings, jobs, history, settings."""
    for statement in _TABLES.split(";"):
        db.execute(statement)


@migrations()
def add_judgements(db: Database) -> None:
    """What the user thinks of a photo, and which sidecars were read or written, as they were then.

    A photo without a row is not judged: no stars, no flag, no colour label.
    """
    db.execute(
        "CREATE TABLE judgements (photo_id INTEGER PRIMARY KEY REFERENCES photos(id),"
        " rating INTEGER NOT NULL DEFAULT 0, flag TEXT, colour TEXT)"
    )
    db.execute("CREATE TABLE sidecars (path TEXT PRIMARY KEY, digest TEXT NOT NULL)")


# What is searched of a photo: the names of its files and what its camera wrote down, a line each. The view says how
# the words are made; triggers keep the index beside the rows, whoever writes them: an import, undo, another program.
# A path kept as a BLOB is read as text byte by byte, so that what is legible of the name is found. There is no trigger
# on new photos: none is complete without a file, and a second writing of every index entry costs an import time.
_SEARCH = (
    """CREATE VIEW photo_words AS SELECT photos.id AS id,
    coalesce((SELECT group_concat(name, char(10)) FROM (
        SELECT substr(path, length(rtrim(path, replace(path, '/', ''))) + 1) AS name FROM (
            SELECT replace(CAST(path AS TEXT), '\\', '/') AS path FROM files WHERE photo_id = photos.id ORDER BY id))), '')
    || char(10) || coalesce(make, '') || char(10) || coalesce(model, '') || char(10) || coalesce(lens, '')
    || char(10) || coalesce(taken_at, '') || char(10) || coalesce(format, '')
    || CASE WHEN iso > 0 THEN printf('%sISO %d ISO%d', char(10), iso, iso) ELSE '' END
    || CASE WHEN focal_mm > 0 THEN
        printf('%s%.8g mm %.8gmm', char(10), round(focal_mm, 1), round(focal_mm, 1)) ELSE '' END
    || CASE WHEN f_number > 0 THEN printf('%sf/%.8g', char(10), round(f_number, 1)) ELSE '' END
    || CASE WHEN exposure_s > 0 AND exposure_s < 0.4 THEN printf('%s1/%d s', char(10), round(1 / exposure_s))
        WHEN exposure_s > 0 THEN printf('%s%.8g s', char(10), round(exposure_s, 1)) ELSE '' END AS text
    FROM photos""",
    "CREATE VIRTUAL TABLE photo_search USING fts5(text, tokenize = 'trigram')",
    "CREATE VIRTUAL TABLE group_search USING fts5(text, tokenize = 'trigram')",
    """CREATE TRIGGER files_found AFTER INSERT ON files BEGIN
    DELETE FROM photo_search WHERE rowid = new.photo_id;
    INSERT INTO photo_search (rowid, text) SELECT id, text FROM photo_words WHERE id = new.photo_id; END""",
    """CREATE TRIGGER files_moved AFTER UPDATE OF photo_id, path ON files
    WHEN (old.photo_id, old.path) IS NOT (new.photo_id, new.path) BEGIN
    DELETE FROM photo_search WHERE rowid IN (old.photo_id, new.photo_id);
    INSERT INTO photo_search (rowid, text)
        SELECT id, text FROM photo_words WHERE id IN (old.photo_id, new.photo_id); END""",
    """CREATE TRIGGER files_gone AFTER DELETE ON files BEGIN
    DELETE FROM photo_search WHERE rowid = old.photo_id;
    INSERT INTO photo_search (rowid, text) SELECT id, text FROM photo_words WHERE id = old.photo_id; END""",
    """CREATE TRIGGER photos_changed
    AFTER UPDATE OF make, model, lens, taken_at, format, iso, focal_mm, f_number, exposure_s ON photos
    WHEN (old.make, old.model, old.lens, old.taken_at, old.format, old.iso, old.focal_mm, old.f_number, old.exposure_s)
        IS NOT
        (new.make, new.model, new.lens, new.taken_at, new.format, new.iso, new.focal_mm, new.f_number, new.exposure_s)
    BEGIN DELETE FROM photo_search WHERE rowid = new.id;
    INSERT INTO photo_search (rowid, text) SELECT id, text FROM photo_words WHERE id = new.id; END""",
    """CREATE TRIGGER photos_gone AFTER DELETE ON photos BEGIN
    DELETE FROM photo_search WHERE rowid = old.id; END""",
    """CREATE TRIGGER groups_made AFTER INSERT ON groups BEGIN
    INSERT INTO group_search (rowid, text) VALUES (new.id, new.label); END""",
    """CREATE TRIGGER groups_renamed AFTER UPDATE OF label ON groups BEGIN
    DELETE FROM group_search WHERE rowid = old.id;
    INSERT INTO group_search (rowid, text) VALUES (new.id, new.label); END""",
    """CREATE TRIGGER groups_gone AFTER DELETE ON groups BEGIN
    DELETE FROM group_search WHERE rowid = old.id; END""",
    "INSERT INTO photo_search (rowid, text) SELECT id, text FROM photo_words",
    "INSERT INTO group_search (rowid, text) SELECT id, label FROM groups",
)


@migrations()
def add_search(db: Database) -> None:
    """A full-text index of photos and of column labels by runs of three letters (FTS5, tokenizer trigram)."""
    for statement in _SEARCH:
        db.execute(statement)


@migrations()
def add_sidecar_states_and_former_bytes(db: Database) -> None:
    """How a sidecar was when it was read or written, and which other bytes are known to be a photo's.

    sidecars.size and mtime_ns tell, without reading, that a file is as it was; they are NULL where it was too young
    for that. sidecars.said is what it said then, JSON [rating, flag, colour], NULL where nobody noted it.
    former_bytes are a photo's bytes before judgements were written into it, and for a moment those that it is about to
    have: a copy of the file, or one that a kill left behind, is known by them.
    """
    for column in ("size INTEGER", "mtime_ns INTEGER", "said TEXT"):
        db.execute(f"ALTER TABLE sidecars ADD COLUMN {column}")
    db.execute(
        "CREATE TABLE former_bytes (sha256 TEXT PRIMARY KEY,"
        " photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE)"
    )
    db.execute("CREATE INDEX former_bytes_by_photo ON former_bytes(photo_id)")


_NAMES_OF_PEOPLE = (
    " || coalesce((SELECT char(10) || group_concat(json_extract(value, '$.name'), char(10))"
    " FROM json_each(people)), '')"
)


@migrations()
def add_facts_of_capture(db: Database) -> None:
    """Who told a photo's time, serial numbers, bursts, the people in it (found by name); shifted clocks of cameras.

    photos.taken_from is NULL for what was imported before: its time was EXIF's. photos.people is JSON. A shift's
    make, model and serial are empty texts where the camera's files do not tell them.
    """
    for column in ("taken_from", "serial", "lens_serial", "burst_id", "content_id", "people"):
        db.execute(f"ALTER TABLE photos ADD COLUMN {column} TEXT")
    db.execute("ALTER TABLE photos ADD COLUMN burst_frame INTEGER")
    db.execute(
        "CREATE TABLE clock_shifts (id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL"
        " REFERENCES projects(id), make TEXT NOT NULL, model TEXT NOT NULL, serial TEXT NOT NULL,"
        " seconds REAL NOT NULL, UNIQUE (project_id, make, model, serial))"
    )
    db.execute("DROP VIEW photo_words")
    db.execute(_SEARCH[0].replace(" AS text\n", _NAMES_OF_PEOPLE + " AS text\n"))
    db.execute(
        "CREATE TRIGGER people_changed AFTER UPDATE OF people ON photos WHEN old.people IS NOT new.people"
        " BEGIN DELETE FROM photo_search WHERE rowid = new.id;"
        " INSERT INTO photo_search (rowid, text) SELECT id, text FROM photo_words WHERE id = new.id; END"
    )


# What an archive says is searched with what the file says.
_CAPTION_SEARCH = (
    """CREATE VIEW photo_words AS SELECT id, text || coalesce(char(10) || captions.description, '')
     || coalesce(char(10) || (SELECT group_concat(value, char(10)) FROM json_each(people)), '')
     || coalesce(char(10) || (SELECT group_concat(value, char(10)) FROM json_each(albums)), '') AS text
     FROM photo_file_words LEFT JOIN captions ON captions.photo_id = photo_file_words.id""",
    """CREATE TRIGGER captions_made AFTER INSERT ON captions BEGIN
    DELETE FROM photo_search WHERE rowid = new.photo_id;
    INSERT INTO photo_search (rowid, text) SELECT id, text FROM photo_words WHERE id = new.photo_id; END""",
    """CREATE TRIGGER captions_changed AFTER UPDATE ON captions BEGIN
    DELETE FROM photo_search WHERE rowid IN (old.photo_id, new.photo_id);
    INSERT INTO photo_search (rowid, text)
        SELECT id, text FROM photo_words WHERE id IN (old.photo_id, new.photo_id); END""",
)


@migrations()
def add_captions(db: Database) -> None:
    """What an archive says of a photo that its file does not: words, people, albums, and its own time and place.

    people and albums are JSON lists of names. Time and place fill in what the photo's row lacks (captions.py).
    """
    db.execute(
        "CREATE TABLE captions (photo_id INTEGER PRIMARY KEY REFERENCES photos(id) ON DELETE CASCADE, description TEXT,"
        " people TEXT NOT NULL DEFAULT '[]', albums TEXT NOT NULL DEFAULT '[]', taken_at TEXT, taken_seconds REAL,"
        " latitude REAL, longitude REAL, altitude_m REAL)"
    )
    file_words = db.execute("SELECT sql FROM sqlite_master WHERE name = 'photo_words'").fetchone()[0]
    db.execute("DROP VIEW photo_words")
    db.execute(file_words.replace("photo_words", "photo_file_words", 1))
    for statement in _CAPTION_SEARCH:
        db.execute(statement)


# A frame is found by what is known of any of its files.
_FRAME_SEARCH = (
    """CREATE VIEW photo_words AS SELECT id, text || coalesce((SELECT char(10) || group_concat(other.text, char(10))
     FROM photo_own_words AS other WHERE other.id IN (SELECT id FROM photos WHERE face_id = photo_own_words.id)), '')
     AS text FROM photo_own_words""",
    """CREATE TRIGGER frames_changed AFTER UPDATE OF face_id ON photos WHEN old.face_id IS NOT new.face_id BEGIN
    DELETE FROM photo_search WHERE rowid IN (old.face_id, new.face_id);
    INSERT INTO photo_search (rowid, text) SELECT id, text FROM photo_words WHERE id IN (old.face_id, new.face_id);
    END""",
    """CREATE TRIGGER companions_found AFTER INSERT ON files
    WHEN (SELECT face_id FROM photos WHERE id = new.photo_id) IS NOT NULL BEGIN
    DELETE FROM photo_search WHERE rowid = (SELECT face_id FROM photos WHERE id = new.photo_id);
    INSERT INTO photo_search (rowid, text) SELECT id, text FROM photo_words
        WHERE id = (SELECT face_id FROM photos WHERE id = new.photo_id); END""",
    """CREATE TRIGGER companions_moved AFTER UPDATE OF photo_id, path ON files
    WHEN (old.photo_id, old.path) IS NOT (new.photo_id, new.path) BEGIN
    DELETE FROM photo_search WHERE rowid IN (SELECT face_id FROM photos WHERE id IN (old.photo_id, new.photo_id));
    INSERT INTO photo_search (rowid, text) SELECT id, text FROM photo_words
        WHERE id IN (SELECT face_id FROM photos WHERE id IN (old.photo_id, new.photo_id)); END""",
)


@migrations()
def add_frames(db: Database) -> None:
    """Several files of one frame are one photo: its face, which projects hold, and companions, which name it.

    photos.face_id is NULL for a face, and a face's id for a companion: there are no chains, and a companion is a row of
    no project_photos (frames.py). photos.apart is 1 for what the user has split off: it is joined by hand only.
    """
    db.execute("ALTER TABLE photos ADD COLUMN face_id INTEGER REFERENCES photos(id) ON DELETE SET NULL")
    db.execute("ALTER TABLE photos ADD COLUMN apart INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX photos_by_face ON photos(face_id) WHERE face_id IS NOT NULL")
    own_words = db.execute("SELECT sql FROM sqlite_master WHERE name = 'photo_words'").fetchone()[0]
    db.execute("DROP VIEW photo_words")
    db.execute(own_words.replace("photo_words", "photo_own_words", 1))
    for statement in _FRAME_SEARCH:
        db.execute(statement)


@migrations()
def add_file_steps(db: Database) -> None:
    """What is being done with files, before it is done (file_steps.py), and where photos stood that went to the trash.

    file_steps.state is 'planned', 'done' or 'closed'. history.job_id is the job whose files an undo has to put back.
    """
    db.execute(
        "CREATE TABLE file_steps (id INTEGER PRIMARY KEY AUTOINCREMENT, job_id INTEGER NOT NULL, kind TEXT NOT NULL,"
        " frame_id INTEGER NOT NULL, photo_id INTEGER, source TEXT NOT NULL, target TEXT, size INTEGER NOT NULL,"
        " mtime_ns INTEGER NOT NULL, sha256 TEXT, state TEXT NOT NULL)"
    )
    db.execute("CREATE INDEX file_steps_by_job ON file_steps(job_id, state)")
    db.execute(
        "CREATE TABLE left_boards (project_id INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,"
        " photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE, group_id INTEGER,"
        " position INTEGER NOT NULL, placed TEXT NOT NULL, PRIMARY KEY (project_id, photo_id)) WITHOUT ROWID"
    )
    db.execute("ALTER TABLE history ADD COLUMN job_id INTEGER")


@migrations()
def add_matches(db: Database) -> None:
    """Pairs of photos that were compared point by point, and how many matches agreed; `method` names how.

    A photo's row keeps its id when its file is edited in place: what was found of its former pixels is forgotten.
    """
    db.execute(
        "CREATE TABLE matches (one INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,"
        " other INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE, method TEXT NOT NULL,"
        " count INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX matches_by_other ON matches(other)")
    db.execute(
        "CREATE TRIGGER pixels_changed AFTER UPDATE OF sha256 ON photos WHEN old.sha256 IS NOT new.sha256"
        " BEGIN DELETE FROM matches WHERE one = new.id OR other = new.id; END"
    )


@migrations()
def add_duplicates(db: Database) -> None:
    """Fingerprints of pictures, which pairs of them were compared, and what the user wants kept side by side.

    A fingerprint belongs to bytes, not to a photo's row: a photo with new bytes has none. hashes are rows of
    vision.fingerprint.HASHES; pixels is the SHA-256 of the decoded picture, NULL until somebody needed it.
    comparisons.closeness is 0 for pairs that are no copies. kept_photos and kept_files hold pairs that are not shown
    as duplicates again, by ids, the smaller first.
    """
    db.execute(
        "CREATE TABLE fingerprints (id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE,"
        " version INTEGER NOT NULL, hashes BLOB NOT NULL, pixels TEXT)"
    )
    db.execute(
        "CREATE TABLE comparisons (one INTEGER NOT NULL, other INTEGER NOT NULL, version INTEGER NOT NULL,"
        " closeness REAL NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID"
    )
    for table in ("kept_photos", "kept_files"):
        db.execute(
            f"CREATE TABLE {table} (one INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (one, other))"
            " WITHOUT ROWID"
        )


migrations()(add_keywords_and_written_captions)


@migrations()
def add_constraints(db: Database) -> None:
    """What was moved by hand as rules for grouping (constraints.py), locked columns, and photos that have just come.

    project_photos.placed is also 'kept', for photos that stood in a column when the user put others there: all of these
    belong together. What columns of origin 'hand' held before there were rules is kept so. project_photos.carries is the
    column that a photo stood in when that was named; arrived is 1 for a photo that joined a column by itself after an
    import and was not looked at yet.
    """
    db.execute(
        "CREATE TABLE apart (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " project_id INTEGER NOT NULL REFERENCES projects(id), one TEXT NOT NULL, other TEXT NOT NULL, overruled TEXT)"
    )
    db.execute("CREATE INDEX apart_by_project ON apart(project_id)")
    db.execute("ALTER TABLE groups ADD COLUMN locked INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE project_photos ADD COLUMN carries INTEGER")
    db.execute("ALTER TABLE project_photos ADD COLUMN arrived INTEGER NOT NULL DEFAULT 0")
    db.execute(
        "UPDATE project_photos SET placed = 'kept'"
        " WHERE placed != 'hand' AND group_id IN (SELECT id FROM groups WHERE origin = 'hand')"
    )


@migrations()
def add_hierarchies(db: Database) -> None:
    """The spanning tree that a project's photos were grouped by (hierarchies.py): another granularity is a cut of it."""
    db.execute(
        "CREATE TABLE hierarchies (project_id INTEGER PRIMARY KEY REFERENCES projects(id) ON DELETE CASCADE,"
        " made_for TEXT NOT NULL, photos BLOB NOT NULL, bridges BLOB NOT NULL, lengths BLOB NOT NULL)"
    )


migrations()(add_prompts)
migrations()(add_colours_of_columns)
migrations()(add_maps)
