-- What the firm sets for itself while it works: one row, nothing where it stays as the server was started with.

CREATE TABLE firm (
    firm_id BIGINT PRIMARY KEY CHECK (firm_id = 1),
    organisation TEXT CHECK (organisation <> ''),
    time_zone TEXT CHECK (time_zone <> ''),
    warning_after_days BIGINT CHECK (warning_after_days BETWEEN 1 AND 999),
    urgent_after_days BIGINT CHECK (urgent_after_days BETWEEN 1 AND 999),
    session_hours BIGINT CHECK (session_hours BETWEEN 1 AND 999),
    session_days BIGINT CHECK (session_days BETWEEN 1 AND 999),
    version BIGINT NOT NULL DEFAULT 1,
    modified_date TIMESTAMP
);
INSERT INTO firm (firm_id) VALUES (1);
