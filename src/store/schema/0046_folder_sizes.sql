-- The sizes of folders. Lists show them, and adding up all files below a folder for each look would
-- take a query for every folder below it.

-- One row for each folder: the sum of what lies below it, as far as visits know it. Missing entries
-- do not count. An entry that was a folder once keeps its row, which counts nowhere else.
CREATE TABLE folder_sizes (
    node       INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    is_visited INTEGER NOT NULL DEFAULT 0,          -- the entries of the folder itself are known
    bytes      INTEGER NOT NULL DEFAULT 0,          -- of all files below it
    files      INTEGER NOT NULL DEFAULT 0,
    unvisited  INTEGER NOT NULL DEFAULT 1           -- folders that were never visited, this one included
) STRICT;

-- What lies directly in each folder. total() never overflows, sum() does.
CREATE TABLE directly_in (folder INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, files INTEGER NOT NULL) STRICT;
INSERT INTO directly_in SELECT parent, CAST(total(size_bytes) AS INTEGER), count(*) FROM nodes
WHERE is_folder = 0 AND missing_since IS NULL AND parent > 0 GROUP BY parent;
INSERT INTO folder_sizes (node, is_visited, bytes, files, unvisited)
SELECT id, visited_ns IS NOT NULL, coalesce(bytes, 0), coalesce(files, 0), visited_ns IS NULL
FROM nodes LEFT JOIN directly_in ON folder = id WHERE is_folder = 1 OR folder IS NOT NULL;
DROP TABLE directly_in;

-- Each folder counts in itself and in those above it, up to one that is missing. A tree is at most
-- 256 folders deep.
CREATE TABLE added_up (
    node INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, files INTEGER NOT NULL, unvisited INTEGER NOT NULL
) STRICT;
WITH RECURSIVE up (folder, above, depth) AS (
    SELECT node, node, 0 FROM folder_sizes
    UNION ALL
    SELECT folder, parent, depth + 1 FROM up JOIN nodes ON id = above
    WHERE is_folder = 1 AND missing_since IS NULL AND parent > 0 AND depth < 256
)
INSERT INTO added_up SELECT above, CAST(total(bytes) AS INTEGER), sum(files), sum(unvisited)
FROM up CROSS JOIN folder_sizes ON node = folder GROUP BY above;
UPDATE folder_sizes SET (bytes, files, unvisited) =
    (SELECT bytes, files, unvisited FROM added_up WHERE added_up.node = folder_sizes.node);
DROP TABLE added_up;

-- Folders without a time of a visit may have been visited, but nobody knows. All are looked through
-- once more in the background.
DELETE FROM facts WHERE name = 'search_walked';
