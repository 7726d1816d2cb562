// What one call of a plugin may use. jco calls these functions synchronously, and takes what they throw as the
// contract's errors where it has a `payload`.

import { randomBytes } from 'node:crypto';
import { sendAndWait } from '../http/client.js';

/** @import { App, Imports } from '../contract.js' */
/** @import { Client } from '../http/thread.js' */
/** @import { Log, Subject } from '../log.js' */
/** @import { Storage } from '../storage/storage.js' */

const MOST_RANDOM = 64 * 1024;
const MOST_LOG_ENTRIES = 64;

const random = {
  getRandomBytes: (/** @type {bigint} */ length) => {
    if (length > MOST_RANDOM) throw new Error('more random bytes than a plugin may draw');
    return new Uint8Array(randomBytes(Number(length)));
  },
  getRandomU64: () => randomBytes(8).readBigUInt64LE(),
};

/** Not in the world, but the standard library of guests imports it. */
const seed = {
  insecureSeed: () => /** @type {[bigint, bigint]} */ ([random.getRandomU64(), random.getRandomU64()]),
};

/**
 * @param {object} capabilities
 * @param {App} [capabilities.app]
 * @param {Client} capabilities.http
 * @param {Storage} capabilities.storage
 * @param {Log} capabilities.log
 * @param {Subject} capabilities.subject
 * @param {string} [capabilities.scope]
 * @returns {Imports}
 */
export function allImports({ app, http, storage, log, subject, scope }) {
  const cells = storage.cells(scope);
  let entries = 0;
  return {
    'erp:integration/registration': { current: () => app },
    'erp:integration/http': { send: (request) => sendAndWait(http, scope, request) },
    'erp:integration/storage': {
      get: (key) => cells.get(key),
      put: (key, value, when) => cells.put(key, value, when),
      delete: (key, when) => cells.delete(key, when),
    },
    'erp:integration/log': {
      log: (level, context, message) => {
        if (++entries <= MOST_LOG_ENTRIES) log.append(subject, level, context, message);
      },
    },
    'wasi:clocks/wall-clock': {
      now: () => {
        const now = Date.now();
        return { seconds: BigInt(Math.floor(now / 1000)), nanoseconds: (now % 1000) * 1_000_000 };
      },
      resolution: () => ({ seconds: 0n, nanoseconds: 1_000_000 }),
    },
    'wasi:random/random': random,
    'wasi:random/insecure-seed': seed,
  };
}

/** For `describe` and `explain`, which use nothing: a host asks them before it grants anything. @returns {Imports} */
export function noImports() {
  const never = () => {
    throw new Error('an import in a call that has none');
  };
  return {
    'erp:integration/registration': { current: never },
    'erp:integration/http': { send: never },
    'erp:integration/storage': { get: never, put: never, delete: never },
    'erp:integration/log': { log: never },
    'wasi:clocks/wall-clock': { now: never, resolution: never },
    'wasi:random/random': { getRandomBytes: never, getRandomU64: never },
    'wasi:random/insecure-seed': seed,
  };
}
