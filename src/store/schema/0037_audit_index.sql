-- The index of the audit log. For each block of 4,096 consecutive ids it says which rows have a
-- word in a field, as a set of places in the block. A B-tree over the rows would be written with
-- each call; this index is written once for a whole block, when the block is full. It holds nothing
-- that the rows do not say, so it can be made anew at any time. A set is a bitmap of 512 bytes, or a
-- list of places in two bytes each if that is shorter.
CREATE TABLE audit_blocks (
    block     INTEGER PRIMARY KEY,     -- an id divided by 4,096
    first_ms  INTEGER NOT NULL,        -- the earliest and the latest time of its rows
    last_ms   INTEGER NOT NULL,
    people    BLOB NOT NULL,           -- the rows of each chain
    strangers BLOB NOT NULL
) STRICT;

CREATE TABLE audit_words (
    block INTEGER NOT NULL,
    field TEXT NOT NULL,               -- the name of a column of `audit`
    word  TEXT NOT NULL,
    rows  BLOB NOT NULL,
    PRIMARY KEY (block, field, word)
) STRICT, WITHOUT ROWID;

-- The sequences of three bytes that the objects of a block contain: a Bloom filter of 65,536 bits
-- with one hash. It tells which blocks cannot contain a part of an object.
CREATE TABLE audit_objects (
    block     INTEGER PRIMARY KEY,
    sequences BLOB NOT NULL
) STRICT;
