-- What the firm sets for itself while it works: one row, nothing where it stays as the server was started with.

CREATE TABLE firm (
    firm_id INTEGER PRIMARY KEY CHECK (firm_id = 1),
    organisation TEXT CHECK (organisation <> ''),
    time_zone TEXT CHECK (time_zone <> ''),
    warning_after_days INTEGER CHECK (warning_after_days BETWEEN 1 AND 999),
    urgent_after_days INTEGER CHECK (urgent_after_days BETWEEN 1 AND 999),
    session_hours INTEGER CHECK (session_hours BETWEEN 1 AND 999),
    session_days INTEGER CHECK (session_days BETWEEN 1 AND 999),
    version INTEGER NOT NULL DEFAULT 1,
    modified_date TIMESTAMP
);
INSERT INTO firm (firm_id) VALUES (1);
