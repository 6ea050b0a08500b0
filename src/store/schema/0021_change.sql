-- The time of a file's last change of any sort (ctime). No program can set it back, so it tells a
-- change in place from damage. NULL if unknown: in older rows, in restored backups, and on file
-- systems that do not store it.
ALTER TABLE nodes ADD COLUMN changed_ns INTEGER;
ALTER TABLE checksums ADD COLUMN changed_ns INTEGER;
ALTER TABLE versions ADD COLUMN changed_ns INTEGER;

-- A file that was changed in place is read again for the search in texts. A time that was unknown
-- before is no change.
DROP TRIGGER texts_update;
CREATE TRIGGER texts_update AFTER UPDATE OF is_folder, size_bytes, modified_ns, inode, changed_ns ON nodes
WHEN ((new.is_folder, new.size_bytes, new.modified_ns, new.inode)
    <> (old.is_folder, old.size_bytes, old.modified_ns, old.inode)
    OR (old.changed_ns IS NOT NULL AND new.changed_ns IS NOT old.changed_ns))
    AND (old.is_folder = 0 OR new.is_folder = 0) AND EXISTS (SELECT 1 FROM facts WHERE name = 'search_text') BEGIN
    INSERT INTO texts_due (node) VALUES (new.id) ON CONFLICT DO NOTHING;
END;
