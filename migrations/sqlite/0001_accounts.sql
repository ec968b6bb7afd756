-- People who sign in, their sessions, and failed attempts (product.md §2). Passwords and session keys are stored hashed.

CREATE TABLE personnel (
    personnel_id INTEGER PRIMARY KEY AUTOINCREMENT,
    full_name TEXT NOT NULL CHECK (full_name <> ''),
    name_key TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_initials TEXT,
    email TEXT,
    phone TEXT,
    role TEXT,
    personnel_type TEXT NOT NULL CHECK (personnel_type IN ('Internal', 'External')),
    employer TEXT,
    slug TEXT UNIQUE,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    notes TEXT,
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP
);
CREATE INDEX personnel_by_name ON personnel (is_archived, name_key);
CREATE INDEX personnel_by_core ON personnel (name_core);
CREATE INDEX personnel_by_first_part ON personnel ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, 1, length(name_core) / 3)));
CREATE INDEX personnel_by_second_part ON personnel ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 + 1, length(name_core) / 3)));
CREATE INDEX personnel_by_third_part ON personnel ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 * 2 + 1)));
CREATE INDEX personnel_by_initials ON personnel (name_initials) WHERE name_initials IS NOT NULL;
CREATE INDEX personnel_by_type ON personnel (is_archived, personnel_type, name_key);
CREATE TABLE users (
    user_id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL UNIQUE CHECK (username <> ''),
    email TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL CHECK (full_name <> ''),
    password_hash TEXT NOT NULL,
    personnel_id INTEGER UNIQUE REFERENCES personnel (personnel_id),
    has_confidential_access BOOLEAN NOT NULL DEFAULT FALSE,
    is_ned_team BOOLEAN NOT NULL DEFAULT FALSE,
    is_admin BOOLEAN NOT NULL DEFAULT FALSE,
    is_read_only BOOLEAN NOT NULL DEFAULT FALSE,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP,
    last_login TIMESTAMP
);
CREATE TABLE sessions (
    session_hash TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (user_id),
    created_date TIMESTAMP NOT NULL,
    expires_date TIMESTAMP NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE TABLE sign_in_attempts (
    attempt_id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    remote_address TEXT NOT NULL,
    attempted_date TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_attempts_by_name ON sign_in_attempts (username, attempted_date);
CREATE INDEX sign_in_attempts_by_address ON sign_in_attempts (remote_address, attempted_date);
-- What only one transaction at a time may decide: it holds the row of that name.
INSERT INTO locks (lock_name) VALUES ('accounts'), ('import'), ('attempt'), ('many records');
