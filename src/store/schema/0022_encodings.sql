-- The search in texts reads UTF-16 and Windows-1252 too: everything is looked through once more, where the search is on.
UPDATE facts SET value = '0' WHERE name = 'search_text';
