-- GIF files now count as photos.
DROP TRIGGER photos_insert;
CREATE TRIGGER photos_insert AFTER INSERT ON nodes
WHEN new.is_folder = 0 AND new.parent > 0 AND (
    new.name LIKE '%.jpg' OR new.name LIKE '%.jpeg' OR new.name LIKE '%.heic' OR new.name LIKE '%.heif' OR
    new.name LIKE '%.png' OR new.name LIKE '%.webp' OR new.name LIKE '%.avif' OR new.name LIKE '%.tif' OR
    new.name LIKE '%.tiff' OR new.name LIKE '%.dng' OR new.name LIKE '%.cr2' OR new.name LIKE '%.nef' OR
    new.name LIKE '%.arw' OR new.name LIKE '%.mp4' OR new.name LIKE '%.mov' OR new.name LIKE '%.m4v' OR
    new.name LIKE '%.mkv' OR new.name LIKE '%.webm' OR new.name LIKE '%.avi' OR new.name LIKE '%.3gp' OR
    new.name LIKE '%.gif') BEGIN
    INSERT INTO photos_due (node) VALUES (new.id) ON CONFLICT DO NOTHING;
END;
DROP TRIGGER photos_update;
CREATE TRIGGER photos_update AFTER UPDATE OF name, size_bytes, modified_ns, inode, changed_ns ON nodes
WHEN new.is_folder = 0 AND (new.name, new.size_bytes, new.modified_ns, new.inode, new.changed_ns)
    IS NOT (old.name, old.size_bytes, old.modified_ns, old.inode, old.changed_ns) AND (
    new.name LIKE '%.jpg' OR new.name LIKE '%.jpeg' OR new.name LIKE '%.heic' OR new.name LIKE '%.heif' OR
    new.name LIKE '%.png' OR new.name LIKE '%.webp' OR new.name LIKE '%.avif' OR new.name LIKE '%.tif' OR
    new.name LIKE '%.tiff' OR new.name LIKE '%.dng' OR new.name LIKE '%.cr2' OR new.name LIKE '%.nef' OR
    new.name LIKE '%.arw' OR new.name LIKE '%.mp4' OR new.name LIKE '%.mov' OR new.name LIKE '%.m4v' OR
    new.name LIKE '%.mkv' OR new.name LIKE '%.webm' OR new.name LIKE '%.avi' OR new.name LIKE '%.3gp' OR
    new.name LIKE '%.gif' OR EXISTS (SELECT 1 FROM photos WHERE node = new.id)) BEGIN
    INSERT INTO photos_due (node) VALUES (new.id) ON CONFLICT DO NOTHING;
END;

INSERT INTO photos_due (node) SELECT id FROM nodes
    WHERE is_folder = 0 AND parent > 0 AND missing_since IS NULL AND name LIKE '%.gif' ON CONFLICT DO NOTHING;
