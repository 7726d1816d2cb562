// Exchanges in the order that the contract promises: policy, connection, the place for the answer and the guard
// as late as possible, the request; then the answer is kept, and only then does the plugin learn of it.

import { setTimeout as pause } from 'node:timers/promises';
import { ImportError } from '../errors.js';
import { Removed } from '../storage/storage.js';
import { check } from './policy.js';
import { send } from './wire.js';

/** @import { Guard, HttpRequest, Response } from '../contract.js' */
/** @import { Cells, Storage } from '../storage/storage.js' */
/** @import { Grants } from './policy.js' */

const FIRST_RETRY = 1000;
const LAST_RETRY = 60_000;

/** Sends the requests of one plugin. Errors are of the contract. */
export class Exchanges {
  #grants;
  #storage;
  /** Places that an answer is on its way to. @type {Set<string>} */
  #reserved = new Set();
  /** @type {Set<Promise<unknown>>} */
  #underWay = new Set();

  /**
   * @param {Grants} grants
   * @param {Storage} storage
   */
  constructor(grants, storage) {
    this.#grants = grants;
    this.#storage = storage;
  }

  /**
   * @param {string | undefined} scope
   * @param {HttpRequest} request
   * @returns {Promise<Response>}
   */
  send(scope, request) {
    return this.#watched(this.#send(scope, request));
  }

  /** Waits for what is under way, answers that are still to be stored included. */
  async finish() {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /**
   * @param {string | undefined} scope
   * @param {HttpRequest} request
   */
  async #send(scope, request) {
    const { guard, keep } = request;
    const outgoing = check(request, this.#grants);
    const cells = this.#storage.cells(scope);
    /** @type {string | undefined} */
    let place;
    let kept = Promise.resolve();
    try {
      const { broken, ...response } = await send(outgoing, () => {
        if (keep !== undefined) place = this.#reserve(cells, scope, keep);
        if (guard !== undefined) checkGuard(cells, guard);
      });
      // A part may hold the one thing that comes only once.
      const hasCome = broken === undefined || response.body.length > 0;
      if (keep !== undefined && isSuccess(response.status) && hasCome)
        kept = this.#keep(cells, keep, response.body);
      if (broken !== undefined) throw new ImportError('no-answer', broken);
      return response;
    } finally {
      const reserved = place;
      if (reserved !== undefined) this.#watched(kept.finally(() => this.#reserved.delete(reserved)));
    }
  }

  /**
   * Takes the place for an answer, which must be empty, and not be taken by another exchange.
   *
   * @param {Cells} cells
   * @param {string | undefined} scope
   * @param {string} keep
   */
  #reserve(cells, scope, keep) {
    const place = JSON.stringify([scope, keep]);
    if (scope === undefined) throw notSent('there is no connection to keep the answer in');
    if (this.#reserved.has(place)) throw notSent('an answer under this key is on its way');
    if (find(cells, keep) !== undefined) throw notSent('an answer is kept under this key');
    this.#reserved.add(place);
    return place;
  }

  /**
   * Stores the answer: before this returns for the first time, and else again and again.
   *
   * @param {Cells} cells
   * @param {string} keep
   * @param {Uint8Array} body
   */
  async #keep(cells, keep, body) {
    for (let wait = FIRST_RETRY; ; wait = Math.min(2 * wait, LAST_RETRY)) {
      try {
        cells.put(keep, body, { tag: 'absent' });
        return;
      } catch (error) {
        // Another value is there, which may be this one after a write in doubt; or the connection is gone.
        if (error instanceof Removed || (error instanceof ImportError && error.payload.tag === 'conflict'))
          return;
        console.error('an answer is not stored yet:', /** @type {Error} */ (error).message);
      }
      await pause(wait);
    }
  }

  /**
   * @template T
   * @param {Promise<T>} job
   */
  #watched(job) {
    this.#underWay.add(job);
    const done = () => this.#underWay.delete(job);
    job.then(done, done);
    return job;
  }
}

/**
 * @param {Cells} cells
 * @param {Guard} guard
 */
function checkGuard(cells, { key, version, maxAge }) {
  const cell = find(cells, key);
  if (cell?.version !== version) throw notSent("the guard's cell has changed");
  if (cell.age > maxAge) throw notSent("the guard's cell is too old");
}

/**
 * What cannot be read holds the request back.
 *
 * @param {Cells} cells
 * @param {string} key
 */
function find(cells, key) {
  try {
    return cells.find(key);
  } catch (error) {
    throw notSent(/** @type {Error} */ (error).message);
  }
}

/** @param {number} status */
const isSuccess = (status) => status >= 200 && status < 300;

/** @param {string} reason */
const notSent = (reason) => new ImportError('not-sent', reason);
