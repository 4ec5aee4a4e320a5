-- The highest id that each kind of entity ever gave: row n for the table of kind n.
CREATE TABLE id_counters (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
