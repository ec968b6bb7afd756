-- Several people in one meeting. What happened, in a number that grows and without any word of it; who is there, by the
-- streams that are open; who writes on which client; on which client the one who presents is. None of it is a record: all
-- but the presenter is dropped within a day.

CREATE TABLE live_events (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('entry', 'assessment', 'client', 'contact', 'link', 'item', 'point', 'agenda', 'meeting',
        'presence', 'presenter', 'writing')),
    meeting_id BIGINT,
    client_id BIGINT,
    record_id BIGINT,
    user_id BIGINT REFERENCES users (user_id),
    occurred_date TIMESTAMP NOT NULL
);
CREATE INDEX live_events_by_date ON live_events (occurred_date);
CREATE TABLE live_streams (
    stream_id INTEGER PRIMARY KEY,
    process_id BIGINT NOT NULL,
    meeting_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    seen_date TIMESTAMP NOT NULL
);
CREATE INDEX live_streams_of_meeting ON live_streams (meeting_id, seen_date);
CREATE INDEX live_streams_of_process ON live_streams (process_id);
CREATE TABLE live_writers (
    meeting_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    client_id BIGINT NOT NULL,
    noted_date TIMESTAMP NOT NULL,
    PRIMARY KEY (meeting_id, user_id)
);
CREATE TABLE live_presenters (
    meeting_id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    client_id BIGINT NOT NULL
);
INSERT INTO locks (lock_name) VALUES ('live events');
