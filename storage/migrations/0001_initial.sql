-- One table for each kind of entity: the row's id and the entity as the model encodes it.
CREATE TABLE worlds (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE clusters (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE task_definition_families (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE task_definitions (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE services (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE service_events (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE container_instances (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE tasks (id INTEGER PRIMARY KEY, body BLOB NOT NULL);

-- Facts about the database itself. Keys that begin with "storage." belong to the storage room.
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('storage.last_sequence', 0);
