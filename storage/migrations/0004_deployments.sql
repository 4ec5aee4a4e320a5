-- What services deploy: revisions, the history of their deployments, and task sets.
CREATE TABLE service_revisions (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE service_deployments (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE task_sets (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
