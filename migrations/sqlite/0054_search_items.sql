-- Action items are found by their words: those of open ones by everyone, of others by the NED Team (docs/decisions/0013). Ids
-- come by chance; these rows grow, so that the newest are found first. The words of the items that are there are folded by the
-- database itself, which leaves some letters (ß, ø) as they are until an item is saved again.
CREATE TABLE search_items (
    row_id INTEGER PRIMARY KEY,
    item_id BIGINT NOT NULL UNIQUE
);
INSERT INTO search_items (item_id) SELECT item_id FROM action_items ORDER BY created_date, item_id;
INSERT INTO find_public (rowid, words)
SELECT (12 << 53) | row_id, text FROM search_items JOIN action_items USING (item_id) WHERE is_open ORDER BY row_id;
INSERT INTO find_team (rowid, words)
SELECT (12 << 53) | row_id, text FROM search_items JOIN action_items USING (item_id) WHERE NOT is_open ORDER BY row_id;
