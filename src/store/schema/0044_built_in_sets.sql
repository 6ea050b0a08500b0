-- Metadata sets whose values the program knows: kind 1. Only their definitions are stored, so that
-- administrators can disable them and choose who sees them. Their ids are below those of other
-- sets and attributes, which count upwards. Their values are in no table of metadata.
INSERT INTO metadata_sets (id, name, key, description, kind, is_disabled, is_everywhere) VALUES
    (-1, 'Image (EXIF)', 'image (exif) (built in)', 'What a photo says about itself', 1, 0, 1),
    (-2, 'Document Life Cycle', 'document life cycle (built in)', 'What has happened to a file or folder', 1, 0, 1);
INSERT INTO metadata_attributes
    (id, metadata_set, position, name, description, type, is_required, is_disabled, default_value, choices) VALUES
    (-101, -1, 0, 'Taken', 'When, in the local time of the place', 5, 0, 1, '', ''),
    (-102, -1, 1, 'Camera', '', 1, 0, 1, '', ''),
    (-103, -1, 2, 'Width', 'In pixels', 2, 0, 1, '', ''),
    (-104, -1, 3, 'Height', 'In pixels', 2, 0, 1, '', ''),
    (-105, -1, 4, 'Latitude', 'In degrees, north is positive', 3, 0, 1, '', ''),
    (-106, -1, 5, 'Longitude', 'In degrees, east is positive', 3, 0, 1, '', ''),
    (-201, -2, 0, 'Created', 'As far back as versions are kept', 5, 0, 1, '', ''),
    (-202, -2, 1, 'Modified', '', 5, 0, 1, '', ''),
    (-203, -2, 2, 'Modified by', '', 1, 0, 1, '', ''),
    (-204, -2, 3, 'Checked', 'When every byte was last compared with its checksum', 5, 0, 1, '', '');
INSERT INTO metadata_members (metadata_set, "group", may_read, may_write)
    SELECT metadata_sets.id, groups.id, 1, 0 FROM metadata_sets, groups WHERE kind = 1 AND is_everyone;
