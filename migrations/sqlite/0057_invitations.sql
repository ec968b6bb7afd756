-- The link by which someone chooses the password of their account: one an account, by the hash of its secret.
CREATE TABLE account_invitations (
    user_id INTEGER PRIMARY KEY REFERENCES users (user_id),
    token_hash TEXT NOT NULL UNIQUE,
    created_date TIMESTAMP NOT NULL,
    expires_date TIMESTAMP NOT NULL
);
