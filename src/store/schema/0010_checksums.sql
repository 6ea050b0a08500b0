-- Checksums of contents as they were uploaded, to find damage that the disk does not notice. A
-- checksum belongs to one content: if size, time or inode differ, another program has written the
-- file, and that is no damage.
CREATE TABLE checksums (
    node        INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    size_bytes  INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    inode       INTEGER NOT NULL,                   -- 0: not known since a restore, any will do
    blake3      BLOB NOT NULL
) STRICT;
CREATE INDEX checksums_by_inode ON checksums(inode);

-- The checksum of a version; NULL if there is none.
ALTER TABLE versions ADD COLUMN blake3 BLOB;
