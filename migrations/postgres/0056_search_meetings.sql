-- Meetings are found by what they are called, by the NED Team alone (docs/decisions/0013). The words of those that are there
-- are folded by the database itself, as those of action items were (0054).
INSERT INTO find_team (rowid, words)
SELECT (CAST(13 AS BIGINT) << 53) | meeting_id, array_to_tsvector(array_agg(DISTINCT left(word, 100)))
FROM meetings, regexp_split_to_table(
    regexp_replace(normalize(lower(title), NFKD), '[\u0300-\u036F]', '', 'g'), '[^[:alnum:]]+') AS word
WHERE word <> ''
GROUP BY meeting_id;
