// One SQLite file for the cells and the log of all companies.

import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const FORMAT = 1;
const TABLES = `
  CREATE TABLE connection (
    id      TEXT PRIMARY KEY,
    company TEXT NOT NULL,
    plugin  TEXT NOT NULL,
    UNIQUE (company, plugin)
  ) STRICT;
  CREATE TABLE cell (
    connection TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    version    TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    boot       TEXT NOT NULL,
    since_boot INTEGER NOT NULL,
    wall       INTEGER NOT NULL,
    PRIMARY KEY (connection, key)
  ) STRICT;
  CREATE TABLE log (
    id      INTEGER PRIMARY KEY,
    time    INTEGER NOT NULL,
    company TEXT NOT NULL,
    plugin  TEXT NOT NULL,
    actor   TEXT NOT NULL,
    level   TEXT NOT NULL,
    context TEXT NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX log_company ON log (company, id);
  PRAGMA user_version = ${FORMAT};
`;

/**
 * Opens the file, and makes it where there is none, readable by its owner alone.
 *
 * @param {string} file
 */
export function openDatabase(file) {
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  const format = () => database.prepare('PRAGMA user_version').get()?.user_version;
  if (format() === 0) {
    // Another thread or process may be doing the same.
    database.exec('BEGIN IMMEDIATE');
    if (format() === 0) database.exec(TABLES);
    database.exec('COMMIT');
  }
  if (format() !== FORMAT) {
    throw new Error(`the database ${file} has format ${format()}, and this host knows ${FORMAT}`);
  }
  return database;
}
