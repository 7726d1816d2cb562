// The cells of all connections, as the contract's `storage` has them. Synchronous: it runs in worker threads.

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ImportError } from '../errors.js';
import { age, now } from './clock.js';
import { openDatabase } from './database.js';
import { Sealer } from './sealer.js';

/** @import { Entry, Precondition, StorageError } from '../contract.js' */

/** Bytes of the largest value; an answer's body that is kept fits. */
export const LARGEST = 1024 * 1024;

/** A row of the table. @typedef {{ version: string, sealed: Uint8Array, boot: string, sinceBoot: number, wall: number }} Row */

/** @type {(tag: StorageError['tag'], text: string) => ImportError<StorageError>} */
const refused = (tag, text) => new ImportError(tag, text);

/** The connection was removed: nothing is written under its scope any more. */
export class Removed extends ImportError {
  constructor() {
    super('unavailable', 'the connection has been removed');
  }
}

/** One thread's access to the storage in a folder. */
export class Storage {
  /** @param {string} folder */
  constructor(folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.database = openDatabase(join(folder, 'host.db'));
    const file = join(folder, 'host.key');
    const isNew = this.database.prepare('SELECT count(*) AS cells FROM cell').get()?.cells === 0;
    if (!isNew && !existsSync(file)) {
      throw new Error(`the key file ${file} is missing, and what is stored was sealed with it: put it back`);
    }
    this.sealer = Sealer.open(file, isNew);
  }

  close() {
    this.database.close();
  }

  /**
   * The name of the connection's scope: never given out twice, so that whoever still acts for a connection
   * that was removed cannot write to one that was added again. None while there is no connection.
   *
   * @param {string} company
   * @param {string} plugin
   * @param {boolean} mayAdd
   * @returns {string | undefined}
   */
  scope(company, plugin, mayAdd) {
    const { database } = this;
    const find = () =>
      database.prepare('SELECT id FROM connection WHERE company = ? AND plugin = ?').get(company, plugin)?.id;
    const add = 'INSERT INTO connection (id, company, plugin) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';
    if (mayAdd && !find()) this.write(() => database.prepare(add).run(randomUUID(), company, plugin));
    return /** @type {string | undefined} */ (find());
  }

  /** Whether the connection has not been removed. @param {string} scope */
  exists(scope) {
    return this.database.prepare('SELECT 1 FROM connection WHERE id = ?').get(scope) !== undefined;
  }

  /** Erases every cell of the connection; later writes are refused. @param {string} scope */
  erase(scope) {
    this.write(() => this.database.prepare('DELETE FROM connection WHERE id = ?').run(scope));
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** @param {string | undefined} scope */
  cells(scope) {
    return new Cells(this, scope);
  }

  /**
   * Runs a job that writes, whole or not at all, and durable when it returns.
   *
   * @template T
   * @param {() => T} job
   * @returns {T}
   */
  write(job) {
    let isCommitting = false;
    try {
      this.database.exec('BEGIN IMMEDIATE');
      const result = job();
      isCommitting = true;
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      if (error instanceof ImportError) throw error;
      throw refused(isCommitting ? 'in-doubt' : 'unavailable', /** @type {Error} */ (error).message);
    }
  }
}

/** The cells of one connection. Errors are of the contract. */
export class Cells {
  #storage;
  #scope;

  /**
   * @param {Storage} storage
   * @param {string | undefined} scope
   */
  constructor(storage, scope) {
    this.#storage = storage;
    this.#scope = scope;
  }

  /**
   * @param {string} key
   * @returns {Entry}
   */
  get(key) {
    const entry = this.find(key);
    if (entry === undefined) throw refused('missing', 'no such cell');
    return entry;
  }

  /**
   * As `get`, but a cell that is missing is no error.
   *
   * @param {string} key
   * @returns {Entry | undefined}
   */
  find(key) {
    checkKey(key);
    const row = this.#row(key);
    if (this.#scope === undefined || row === undefined) return undefined;
    const { version, sealed } = row;
    try {
      const value = this.#storage.sealer.open(sealed, [this.#scope, key, version]);
      // The clock is read after the row: an age may err only towards older.
      return { value, version, age: BigInt(age(row, now())) };
    } catch {
      throw refused('other', 'the cell is damaged, or was sealed with another key');
    }
  }

  /**
   * @param {string} key
   * @param {Uint8Array} value
   * @param {Precondition} when
   */
  put(key, value, when) {
    checkKey(key);
    if (value.length > LARGEST) throw refused('too-large', `a value has at most ${LARGEST} bytes`);
    const scope = this.#scope;
    if (scope === undefined) throw refused('unavailable', 'there is no connection');
    const version = randomUUID();
    const sealed = this.#storage.sealer.seal(value, [scope, key, version]);
    this.#storage.write(() => {
      this.#check(key, when);
      if (!this.#storage.exists(scope)) throw new Removed();
      const { boot, sinceBoot, wall } = now();
      const sql = `INSERT OR REPLACE INTO cell (connection, key, version, sealed, boot, since_boot, wall)
                   VALUES (?, ?, ?, ?, ?, ?, ?)`;
      this.#storage.database.prepare(sql).run(scope, key, version, sealed, boot, sinceBoot, wall);
    });
    return version;
  }

  /**
   * @param {string} key
   * @param {Precondition} when
   */
  delete(key, when) {
    checkKey(key);
    this.#storage.write(() => {
      this.#check(key, when);
      const sql = 'DELETE FROM cell WHERE connection = ? AND key = ?';
      this.#storage.database.prepare(sql).run(this.#scope ?? null, key);
    });
  }

  /**
   * @param {string} key
   * @param {Precondition} when
   */
  #check(key, when) {
    const version = this.#row(key)?.version;
    const holds =
      when.tag === 'always' ||
      (when.tag === 'absent' && version === undefined) ||
      (when.tag === 'unchanged' && version === when.val);
    if (!holds) throw refused('conflict', 'the cell is not as it was expected to be');
  }

  /**
   * @param {string} key
   * @returns {Row | undefined}
   */
  #row(key) {
    const sql = `SELECT version, sealed, boot, since_boot AS sinceBoot, wall FROM cell
                 WHERE connection = ? AND key = ?`;
    try {
      const row = this.#storage.database.prepare(sql).get(this.#scope ?? null, key);
      return /** @type {Row | undefined} */ (/** @type {unknown} */ (row));
    } catch (error) {
      throw refused('unavailable', /** @type {Error} */ (error).message);
    }
  }
}

/** @param {string} key */
function checkKey(key) {
  if (!/^[a-z0-9-]{1,128}$/.test(key)) throw refused('too-large', 'a key is 1 to 128 of a-z, 0-9 and -');
}
