-- Results of the last checks of database and disk, so that the administrator sees them without
-- reading a console.
CREATE TABLE checks (
    kind     TEXT PRIMARY KEY,                      -- 'quick' or 'deep'
    by       TEXT NOT NULL,                         -- an account, '(console)' or '(schedule)'
    began    INTEGER NOT NULL,
    ended    INTEGER NOT NULL,
    files    INTEGER NOT NULL,
    folders  INTEGER NOT NULL,
    compared INTEGER NOT NULL,                      -- contents whose bytes are what their checksum says
    taken    INTEGER NOT NULL,                      -- contents that had no checksum and have one now
    mended   INTEGER NOT NULL,
    wrong    INTEGER NOT NULL,
    failure  TEXT NOT NULL                          -- why it did not come to its end; empty when it did
) STRICT, WITHOUT ROWID;

-- Findings of the checks, as text; only the first of many.
CREATE TABLE check_findings (
    kind     TEXT NOT NULL REFERENCES checks(kind) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    sentence TEXT NOT NULL,
    PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;
