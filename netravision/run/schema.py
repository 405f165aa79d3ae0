"""The tables of a run's database, and how a file of a former version becomes one of this."""

from __future__ import annotations

__all__ = ["MIGRATIONS", "SCHEMA_VERSION", "TABLES"]

#: Stored as SQLite's user_version; a change of the tables below raises it.
SCHEMA_VERSION = 5

# What each detector was asked for, by its fingerprint.
_SEARCHES = "CREATE TABLE searches (number INTEGER PRIMARY KEY, asked TEXT NOT NULL UNIQUE)"

_RESULT_TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE content (
        digest TEXT NOT NULL,
        kind TEXT NOT NULL,
        width INTEGER,
        height INTEGER,
        truncated INTEGER NOT NULL,
        error_code TEXT,
        error_message TEXT,
        findings TEXT NOT NULL,
        observations TEXT NOT NULL,
        search INTEGER NOT NULL,
        PRIMARY KEY (digest, kind)
    ) WITHOUT ROWID
    """,
    _SEARCHES,
    """
    CREATE TABLE appearances (
        file BLOB PRIMARY KEY,
        path TEXT NOT NULL,
        account TEXT,
        kind TEXT NOT NULL,
        guessed INTEGER NOT NULL,
        posted_at TEXT,
        url TEXT,
        size INTEGER,
        mtime_ns INTEGER,
        sha256 TEXT,
        picture TEXT,
        error_code TEXT,
        error_message TEXT,
        known_from TEXT NOT NULL
    )
    """,
    "CREATE INDEX appearances_by_path ON appearances (path, file)",
)

# By what pictures are found again. A million rows take seconds to read, so the 256-bit hashes of
# every block of them, in the order of their numbers, are kept in one piece, too.
_HASH_TABLES = (
    """
    CREATE TABLE hashes (
        number INTEGER PRIMARY KEY,
        content TEXT NOT NULL UNIQUE,
        phash TEXT NOT NULL,
        phash256 TEXT NOT NULL,
        quality INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE hash_blocks (
        block INTEGER PRIMARY KEY, algorithm TEXT NOT NULL, hashes BLOB NOT NULL
    )
    """,
    "CREATE INDEX appearances_by_content ON appearances (coalesce(picture, sha256))",
)

#: Statements that make the tables of a new file.
TABLES = (*_RESULT_TABLES, *_HASH_TABLES)


def _without(measure: str) -> tuple[str, ...]:
    """Statements that take a measure out of all evidence."""
    return tuple(
        f"""
        UPDATE content SET {column} = (
            SELECT json_group_array(json_remove(value, '$.evidence.{measure}'))
            FROM json_each({column})
        ) WHERE {column} LIKE '%"{measure}"%'
        """
        for column in ("findings", "observations")
    )


#: By a former version, the statements that make a file of it one of the next.
MIGRATIONS = {
    3: (
        "ALTER TABLE appearances ADD COLUMN known_from TEXT NOT NULL DEFAULT '{}'",
        # Format 3 knows one search for all; whoever goes on with the run says which.
        _SEARCHES,
        "ALTER TABLE content ADD COLUMN search INTEGER NOT NULL DEFAULT 1",
        # Format 3 had no skipped files: without a time of change, they are looked at again.
        """
        UPDATE appearances SET mtime_ns = NULL WHERE (coalesce(picture, sha256), kind) IN
            (SELECT digest, kind FROM content WHERE error_code IN ('unsupported', 'empty'))
        """,
        *_HASH_TABLES,
        # Hands of format 3 say what they would be without their neighbours, which decide no more.
        *_without("pose_alone"),
    ),
    # How near avatars of format 4 are to a usual one was measured in another way.
    4: _without("hash_distance"),
}
