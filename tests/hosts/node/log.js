/** @import { DatabaseSync } from 'node:sqlite' */
/** @import { Level } from './contract.js' */

/** @typedef {{ company: string, plugin: string, actor?: string }} Subject whom an entry concerns, and who acted */
/** @typedef {Subject & { time: number, level: Level, context: string, message: string }} LogEntry */

const LONGEST = 2000;

/** The company log: what the company's people read. */
export class Log {
  #database;

  /** @param {DatabaseSync} database */
  constructor(database) {
    this.#database = database;
  }

  /**
   * Adds an entry. Logging never fails: an entry that cannot be stored is lost.
   *
   * @param {Subject} subject
   * @param {Level} level
   * @param {string} context
   * @param {string} message
   */
  append({ company, plugin, actor = '' }, level, context, message) {
    const sql =
      'INSERT INTO log (time, company, plugin, actor, level, context, message) VALUES (?, ?, ?, ?, ?, ?, ?)';
    try {
      this.#database
        .prepare(sql)
        .run(Date.now(), company, plugin, actor, level, oneLine(context), oneLine(message));
    } catch (error) {
      console.error('an entry of the company log is lost:', /** @type {Error} */ (error).message);
    }
  }

  /**
   * A company's entries, newest first. Times are milliseconds since 1970.
   *
   * @param {string} company
   * @param {number} [most]
   */
  newest(company, most = 100) {
    const sql =
      'SELECT time, company, plugin, actor, level, context, message FROM log WHERE company = ? ORDER BY id DESC LIMIT ?';
    const rows = /** @type {unknown} */ (this.#database.prepare(sql).all(company, most));
    return /** @type {LogEntry[]} */ (rows);
  }
}

/** A plugin's text is drawn in lists and terminals: no control characters. @param {string} text */
const oneLine = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, LONGEST);
