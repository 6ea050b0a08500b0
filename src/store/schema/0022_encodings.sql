-- The search in texts now reads UTF-16 and Windows-1252, too. All files are read once more if the
-- search is on.
UPDATE facts SET value = '0' WHERE name = 'search_text';
