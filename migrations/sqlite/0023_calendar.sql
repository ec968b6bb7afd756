-- The address under which another program reads the calendar of an account: one an account, by the hash of its secret.
-- What is planned is asked for by its days.

CREATE TABLE calendar_addresses (
    user_id INTEGER PRIMARY KEY REFERENCES users (user_id),
    token_hash TEXT NOT NULL UNIQUE,
    created_date TIMESTAMP NOT NULL
);
