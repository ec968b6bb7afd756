-- Meetings of the NED Team: prepared, held, and then closed for good. A point of the agenda is a client, with the reason why it
-- came up; between positions there is room, so that moving one point changes one row. An entry tells the meeting it is of.

CREATE TABLE meetings (
    meeting_id INTEGER PRIMARY KEY,
    title TEXT NOT NULL CHECK (title <> ''),
    meeting_date DATE NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('Planned', 'Running', 'Closed')),
    note_taker BIGINT REFERENCES personnel (personnel_id),
    minutes_each BIGINT NOT NULL CHECK (minutes_each BETWEEN 1 AND 60),
    started_date TIMESTAMP,
    closed_date TIMESTAMP,
    version BIGINT NOT NULL DEFAULT 1,
    created_by BIGINT REFERENCES users (user_id),
    created_date TIMESTAMP NOT NULL,
    CHECK ((status = 'Planned') = (started_date IS NULL)),
    CHECK ((status = 'Closed') = (closed_date IS NOT NULL))
);
CREATE INDEX meetings_by_date ON meetings (meeting_date, meeting_id);
CREATE INDEX meetings_to_come ON meetings (status, meeting_date, meeting_id) WHERE status <> 'Closed';
CREATE TABLE meeting_points (
    point_id INTEGER PRIMARY KEY,
    meeting_id BIGINT NOT NULL REFERENCES meetings (meeting_id),
    client_id BIGINT NOT NULL REFERENCES clients (client_id),
    position BIGINT NOT NULL,
    reason TEXT,
    state TEXT NOT NULL CHECK (state IN ('Open', 'Discussed', 'Skipped')),
    skip_reason TEXT CHECK (skip_reason <> ''),
    done_date TIMESTAMP,
    UNIQUE (meeting_id, client_id),
    CHECK ((state = 'Skipped') = (skip_reason IS NOT NULL)),
    CHECK ((state = 'Open') = (done_date IS NULL))
);
CREATE INDEX points_of_meeting ON meeting_points (meeting_id, position, point_id);
CREATE INDEX points_of_client ON meeting_points (client_id, meeting_id);
CREATE TABLE meeting_attendees (
    attendee_id INTEGER PRIMARY KEY,
    meeting_id BIGINT NOT NULL REFERENCES meetings (meeting_id),
    personnel_id BIGINT NOT NULL REFERENCES personnel (personnel_id),
    is_present BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (meeting_id, personnel_id)
);
CREATE INDEX meetings_of_person ON meeting_attendees (personnel_id, meeting_id);
CREATE INDEX meetings_noted_by ON meetings (note_taker) WHERE note_taker IS NOT NULL;
CREATE TRIGGER meetings_stay_closed BEFORE UPDATE ON meetings WHEN OLD.status = 'Closed' BEGIN
    SELECT RAISE(ABORT, 'a closed meeting is closed for good');
END;
CREATE TRIGGER meetings_keep_rows BEFORE DELETE ON meetings WHEN OLD.status = 'Closed' BEGIN
    SELECT RAISE(ABORT, 'a closed meeting is closed for good');
END;
CREATE TRIGGER meeting_points_added BEFORE INSERT ON meeting_points
WHEN EXISTS (SELECT 1 FROM meetings WHERE meeting_id = NEW.meeting_id AND status = 'Closed') BEGIN
    SELECT RAISE(ABORT, 'a closed meeting is closed for good');
END;
CREATE TRIGGER meeting_points_changed BEFORE UPDATE ON meeting_points
WHEN EXISTS (SELECT 1 FROM meetings WHERE meeting_id IN (OLD.meeting_id, NEW.meeting_id) AND status = 'Closed') BEGIN
    SELECT RAISE(ABORT, 'a closed meeting is closed for good');
END;
CREATE TRIGGER meeting_points_removed BEFORE DELETE ON meeting_points
WHEN EXISTS (SELECT 1 FROM meetings WHERE meeting_id = OLD.meeting_id AND status = 'Closed') BEGIN
    SELECT RAISE(ABORT, 'a closed meeting is closed for good');
END;
CREATE TRIGGER meeting_attendees_added BEFORE INSERT ON meeting_attendees
WHEN EXISTS (SELECT 1 FROM meetings WHERE meeting_id = NEW.meeting_id AND status = 'Closed') BEGIN
    SELECT RAISE(ABORT, 'a closed meeting is closed for good');
END;
CREATE TRIGGER meeting_attendees_changed BEFORE UPDATE ON meeting_attendees
WHEN EXISTS (SELECT 1 FROM meetings WHERE meeting_id IN (OLD.meeting_id, NEW.meeting_id) AND status = 'Closed') BEGIN
    SELECT RAISE(ABORT, 'a closed meeting is closed for good');
END;
CREATE TRIGGER meeting_attendees_removed BEFORE DELETE ON meeting_attendees
WHEN EXISTS (SELECT 1 FROM meetings WHERE meeting_id = OLD.meeting_id AND status = 'Closed') BEGIN
    SELECT RAISE(ABORT, 'a closed meeting is closed for good');
END;
ALTER TABLE roundtable_history ADD COLUMN meeting_id BIGINT REFERENCES meetings (meeting_id);
CREATE INDEX entries_of_meeting ON roundtable_history (meeting_id, client_id) WHERE meeting_id IS NOT NULL;
CREATE TRIGGER roundtable_history_keeps_meeting BEFORE UPDATE ON roundtable_history
WHEN OLD.meeting_id IS NOT NEW.meeting_id BEGIN
    SELECT RAISE(ABORT, 'roundtable entries are append-only');
END;
