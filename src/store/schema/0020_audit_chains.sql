-- Two chains in the audit log: 0 for people and the program itself, 1 for strangers. Each is
-- shortened only at its old end, so that rows of strangers can be removed without those of people.
-- The newest row of each chain is also noted here, outside of the log, so that removing rows at the
-- new end is detected.
ALTER TABLE audit ADD COLUMN chain INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN number INTEGER;                    -- place in its chain; NULL: the id, for rows before this
ALTER TABLE audit ADD COLUMN calls INTEGER NOT NULL DEFAULT 1;  -- how many calls the row stands for
CREATE INDEX audit_strangers ON audit (id) WHERE chain = 1;

CREATE TABLE audit_chains (
    chain          INTEGER PRIMARY KEY,
    removed_id     INTEGER NOT NULL,   -- of the newest row that was removed from the old end
    removed_number INTEGER NOT NULL,
    removed_hash   BLOB NOT NULL,
    newest_number  INTEGER NOT NULL,
    newest_hash    BLOB NOT NULL,
    bytes          INTEGER NOT NULL,   -- of all rows that are there: their texts and 64 for each row
    calls          INTEGER NOT NULL    -- that the rows stand for, those that were removed included
) STRICT;

-- The largest id ever used is known. If somebody removed the newest rows by hand, it shows that,
-- and the chain does not verify.
WITH removed AS (
    SELECT CAST(substr(value, 1, instr(value, ' ') - 1) AS INTEGER) AS id,
           unhex(substr(value, instr(value, ' ') + 1)) AS hash
    FROM facts WHERE name = 'audit_purged'
)
INSERT INTO audit_chains
SELECT 0,
       coalesce((SELECT id FROM removed), 0), coalesce((SELECT id FROM removed), 0),
       coalesce((SELECT hash FROM removed), x''),
       coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0),
       coalesce((SELECT hash FROM audit ORDER BY id DESC LIMIT 1), (SELECT hash FROM removed), x''),
       (SELECT coalesce(sum(64 + octet_length(who) + octet_length(address) + octet_length(agent)
            + octet_length(operation) + octet_length(object) + octet_length(outcome) + octet_length(message)), 0)
        FROM audit),
       coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0);
INSERT INTO audit_chains VALUES (1, 0, 0, x'', 0, x'', 0, 0);
DELETE FROM facts WHERE name = 'audit_purged';
