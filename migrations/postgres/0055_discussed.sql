-- When a client was discussed last: at a meeting that is held, as its agenda tells; what is written outside any meeting tells by
-- itself. An entry of a meeting whose point went with a merged client counts for the one that stayed.
CREATE VIEW client_discussions AS
SELECT client_id, meeting_date FROM roundtable_history WHERE meeting_id IS NULL AND superseded_by IS NULL
UNION ALL
SELECT entry.client_id, meetings.meeting_date FROM roundtable_history AS entry
    JOIN meetings ON meetings.meeting_id = entry.meeting_id AND meetings.status = 'Closed'
WHERE entry.superseded_by IS NULL AND NOT EXISTS (SELECT 1 FROM meeting_points AS point
    WHERE point.meeting_id = entry.meeting_id AND point.client_id = entry.client_id AND point.state <> 'Discussed')
UNION ALL
SELECT point.client_id, meetings.meeting_date FROM meeting_points AS point
    JOIN meetings ON meetings.meeting_id = point.meeting_id AND meetings.status = 'Closed'
WHERE point.state = 'Discussed';
CREATE OR REPLACE FUNCTION note_discussion() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE clients SET last_discussed_date = (SELECT max(meeting_date) FROM client_discussions
        WHERE client_discussions.client_id = clients.client_id)
    WHERE client_id = NEW.client_id OR (TG_OP = 'UPDATE' AND client_id = OLD.client_id);
    RETURN NULL;
END $$;
CREATE FUNCTION note_held_meeting() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE clients SET last_discussed_date = (SELECT max(meeting_date) FROM client_discussions
        WHERE client_discussions.client_id = clients.client_id)
    WHERE client_id IN (SELECT client_id FROM meeting_points WHERE meeting_id = NEW.meeting_id
        UNION SELECT client_id FROM roundtable_history WHERE meeting_id = NEW.meeting_id);
    RETURN NULL;
END $$;
CREATE TRIGGER client_discussed_close AFTER UPDATE ON meetings FOR EACH ROW
    WHEN (NEW.status = 'Closed') EXECUTE FUNCTION note_held_meeting();
UPDATE clients SET last_discussed_date = (SELECT max(meeting_date) FROM client_discussions
    WHERE client_discussions.client_id = clients.client_id);
