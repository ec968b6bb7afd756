-- Which columns of the client list a person wants to see; whoever has no row has the usual ones.

CREATE TABLE chosen_columns (
    user_id BIGINT PRIMARY KEY REFERENCES users (user_id),
    column_names TEXT NOT NULL
);
