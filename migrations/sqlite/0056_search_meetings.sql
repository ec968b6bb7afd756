-- Meetings are found by what they are called, by the NED Team alone (docs/decisions/0013).
INSERT INTO find_team (rowid, words) SELECT (13 << 53) | meeting_id, title FROM meetings ORDER BY meeting_id;
