-- The access lists that a deletion lay under, so that sync tells it only to whom they showed the entry. Only
-- entries that appeared after the last change of these lists are bound by them, because somebody may have seen
-- the others before. 0 stands for a time that nobody knows.
CREATE TABLE sync_lists (
    id    INTEGER PRIMARY KEY,
    above INTEGER NOT NULL,                         -- the list further up that applied, too; 0 for none
    text  TEXT NOT NULL,                            -- as `store::sync_lists` writes it
    UNIQUE (above, text)
) STRICT;
ALTER TABLE sync_entries ADD COLUMN appeared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_deletions ADD COLUMN appeared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_deletions ADD COLUMN lists INTEGER REFERENCES sync_lists (id);
CREATE INDEX sync_deletions_lists ON sync_deletions (lists) WHERE lists IS NOT NULL;
ALTER TABLE access_lists ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
UPDATE access_lists SET changed = created;
-- The list as it was last written down in `sync_lists`, and the last change of it and of those that apply, too.
ALTER TABLE access_lists ADD COLUMN written INTEGER;
ALTER TABLE access_lists ADD COLUMN written_changed INTEGER NOT NULL DEFAULT 0;
