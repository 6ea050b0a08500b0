-- The recycle bin and versions belong to an account's id: a person who gets the name of a removed
-- account must not find what that account has deleted. `owner` becomes the id, or EXTERNAL/<name>
-- for a further volume. Rows of removed accounts stay for administrators. The names of these
-- accounts are kept under ids that no account has.
CREATE TABLE former_accounts (
    id      INTEGER PRIMARY KEY,                    -- that of the account; below 0: removed before ids were noted
    name    TEXT NOT NULL,
    removed INTEGER NOT NULL
) STRICT;
CREATE INDEX former_accounts_by_name ON former_accounts(name);

DROP INDEX trash_by_name;                           -- in between, an id may look like the name of an account

-- Rows that are older than the account with their name belong to an earlier account of that name.
CREATE TEMP TABLE owners AS
    SELECT 'trash' AS kind, trash.id AS row, owner, users.id AS account FROM trash
        LEFT JOIN users ON users.name = owner AND users.created <= deleted
    UNION ALL
    SELECT 'versions', versions.id, owner, users.id FROM versions
        LEFT JOIN users ON users.name = owner AND users.created <= versions.created;
DELETE FROM owners WHERE owner GLOB 'EXTERNAL/*';
INSERT INTO former_accounts (id, name, removed)
    SELECT -row_number() OVER (ORDER BY owner), owner, 0 FROM (SELECT DISTINCT owner FROM owners WHERE account IS NULL);
UPDATE owners SET account = (SELECT id FROM former_accounts WHERE name = owner) WHERE account IS NULL;
CREATE INDEX temp.owners_by_row ON owners(kind, row);
UPDATE trash SET owner = (SELECT CAST(account AS TEXT) FROM owners WHERE kind = 'trash' AND row = trash.id)
    WHERE owner NOT GLOB 'EXTERNAL/*';
UPDATE versions SET owner = (SELECT CAST(account AS TEXT) FROM owners WHERE kind = 'versions' AND row = versions.id)
    WHERE owner NOT GLOB 'EXTERNAL/*';
DROP TABLE owners;
CREATE UNIQUE INDEX trash_by_name ON trash(owner, name);
