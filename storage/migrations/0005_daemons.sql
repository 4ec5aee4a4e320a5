CREATE TABLE daemon_task_definition_families (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE daemon_task_definitions (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE daemons (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE daemon_revisions (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE daemon_deployments (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
