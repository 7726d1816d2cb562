// Sealing of values at rest: AES-256-GCM under one key, which is in a file of its own.

import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';

const ALGORITHM = 'aes-256-gcm';
const KEY = 32;
const NONCE = 12;
const TAG = 16;

/** Seals values and opens them. What it belongs to is sealed along: no value opens in another's place. */
export class Sealer {
  #key;

  /** @param {Buffer} key */
  constructor(key) {
    this.#key = key;
  }

  /**
   * Reads the key of a file; makes the file where there is none and `mayCreate` allows it.
   *
   * @param {string} file
   * @param {boolean} mayCreate
   */
  static open(file, mayCreate) {
    if (mayCreate) create(file);
    const { mode } = statSync(file);
    if (mode & 0o077) throw new Error(`the key file ${file} is open to others than its owner: chmod 600`);
    const key = readFileSync(file);
    if (key.length !== KEY) throw new Error(`the key file ${file} does not hold a key`);
    return new Sealer(key);
  }

  /**
   * @param {Uint8Array} value
   * @param {string[]} place
   */
  seal(value, place) {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(associated(place));
    return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
  }

  /**
   * Throws when the value is damaged, or was sealed with another key or in another place.
   *
   * @param {Uint8Array} sealed
   * @param {string[]} place
   */
  open(sealed, place) {
    const decipher = createDecipheriv(ALGORITHM, this.#key, sealed.subarray(0, NONCE), { authTagLength: TAG })
      .setAAD(associated(place))
      .setAuthTag(sealed.subarray(-TAG));
    // A copy: small buffers are views of a larger one, which must not travel along.
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]));
  }
}

/** @param {string[]} place */
const associated = (place) => Buffer.from(JSON.stringify(place));

/** Whole or not at all, and never over a key that is there. @param {string} file */
function create(file) {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, randomBytes(KEY), { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}
