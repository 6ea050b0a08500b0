-- Photos and videos by the time they were taken. A row holds what was read from the beginning of a
-- file; a file waits in photos_due while it is new or has changed.
CREATE TABLE photos (
    node      INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    taken     INTEGER NOT NULL,     -- local time of the place, read as if it were UTC, in seconds since 1970
    source    INTEGER NOT NULL,     -- of that time, in store/photos.rs
    is_video  INTEGER NOT NULL,
    width     INTEGER,              -- pixels as it is shown
    height    INTEGER,
    camera    TEXT NOT NULL,
    latitude  REAL,                 -- degrees, north and east are positive
    longitude REAL
) STRICT;
CREATE INDEX photos_by_time ON photos(taken);
CREATE TABLE photos_due (
    node INTEGER PRIMARY KEY
) STRICT;

-- The endings of names that may be photos or videos.
CREATE TRIGGER photos_insert AFTER INSERT ON nodes
WHEN new.is_folder = 0 AND new.parent > 0 AND (
    new.name LIKE '%.jpg' OR new.name LIKE '%.jpeg' OR new.name LIKE '%.heic' OR new.name LIKE '%.heif' OR
    new.name LIKE '%.png' OR new.name LIKE '%.webp' OR new.name LIKE '%.avif' OR new.name LIKE '%.tif' OR
    new.name LIKE '%.tiff' OR new.name LIKE '%.dng' OR new.name LIKE '%.mp4' OR new.name LIKE '%.mov' OR
    new.name LIKE '%.m4v' OR new.name LIKE '%.mkv' OR new.name LIKE '%.webm' OR new.name LIKE '%.avi' OR
    new.name LIKE '%.3gp') BEGIN
    INSERT INTO photos_due (node) VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER photos_update AFTER UPDATE OF name, size_bytes, modified_ns, inode, changed_ns ON nodes
WHEN new.is_folder = 0 AND (new.name, new.size_bytes, new.modified_ns, new.inode, new.changed_ns)
    IS NOT (old.name, old.size_bytes, old.modified_ns, old.inode, old.changed_ns) AND (
    new.name LIKE '%.jpg' OR new.name LIKE '%.jpeg' OR new.name LIKE '%.heic' OR new.name LIKE '%.heif' OR
    new.name LIKE '%.png' OR new.name LIKE '%.webp' OR new.name LIKE '%.avif' OR new.name LIKE '%.tif' OR
    new.name LIKE '%.tiff' OR new.name LIKE '%.dng' OR new.name LIKE '%.mp4' OR new.name LIKE '%.mov' OR
    new.name LIKE '%.m4v' OR new.name LIKE '%.mkv' OR new.name LIKE '%.webm' OR new.name LIKE '%.avi' OR
    new.name LIKE '%.3gp' OR EXISTS (SELECT 1 FROM photos WHERE node = new.id)) BEGIN
    INSERT INTO photos_due (node) VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER photos_delete AFTER DELETE ON nodes BEGIN
    DELETE FROM photos_due WHERE node = old.id;
END;

INSERT INTO photos_due (node) SELECT id FROM nodes
    WHERE is_folder = 0 AND parent > 0 AND missing_since IS NULL AND (
    name LIKE '%.jpg' OR name LIKE '%.jpeg' OR name LIKE '%.heic' OR name LIKE '%.heif' OR name LIKE '%.png' OR
    name LIKE '%.webp' OR name LIKE '%.avif' OR name LIKE '%.tif' OR name LIKE '%.tiff' OR name LIKE '%.dng' OR
    name LIKE '%.mp4' OR name LIKE '%.mov' OR name LIKE '%.m4v' OR name LIKE '%.mkv' OR name LIKE '%.webm' OR
    name LIKE '%.avi' OR name LIKE '%.3gp');
