-- When anything about a file last changed (ctime), which no program can put back: it tells a change in place from damage.
-- NULL where it is not known: rows from before, copies of a backup, and file systems that do not keep it.
ALTER TABLE nodes ADD COLUMN changed_ns INTEGER;
ALTER TABLE checksums ADD COLUMN changed_ns INTEGER;
ALTER TABLE versions ADD COLUMN changed_ns INTEGER;

-- What was changed in place is read again for the search in texts. What was not known before is no change.
DROP TRIGGER texts_update;
CREATE TRIGGER texts_update AFTER UPDATE OF is_folder, size_bytes, modified_ns, inode, changed_ns ON nodes
WHEN ((new.is_folder, new.size_bytes, new.modified_ns, new.inode)
    <> (old.is_folder, old.size_bytes, old.modified_ns, old.inode)
    OR (old.changed_ns IS NOT NULL AND new.changed_ns IS NOT old.changed_ns))
    AND (old.is_folder = 0 OR new.is_folder = 0) AND EXISTS (SELECT 1 FROM facts WHERE name = 'search_text') BEGIN
    INSERT INTO texts_due (node) VALUES (new.id) ON CONFLICT DO NOTHING;
END;
