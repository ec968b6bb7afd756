-- Views of the client list that people keep: a name, and what the list is narrowed to. What the team alone may ask for
-- stands in a column of its own, and a view that has it is the team's; ids come by chance.

CREATE TABLE saved_views (
    view_id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    view_name TEXT NOT NULL CHECK (view_name <> ''),
    parameters TEXT NOT NULL,
    team_parameters TEXT,
    is_shared BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL
);
CREATE INDEX saved_views_by_user ON saved_views (user_id, view_name, view_id);
CREATE INDEX saved_views_shared ON saved_views (is_shared, view_name, view_id);
