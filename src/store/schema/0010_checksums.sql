-- What the bytes of a content were when they came, so that damage that the disk does not notice is found. A checksum belongs
-- to one content: when size, time or inode are others, another program has written, and that is no damage.
CREATE TABLE checksums (
    node        INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    size_bytes  INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    inode       INTEGER NOT NULL,                   -- 0: not known since a restore, any will do
    blake3      BLOB NOT NULL
) STRICT;
CREATE INDEX checksums_by_inode ON checksums(inode);

-- Of an old content; NULL when there is none.
ALTER TABLE versions ADD COLUMN blake3 BLOB;
