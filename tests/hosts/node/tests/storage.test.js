import assert from 'node:assert/strict';
import { chmodSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LARGEST, Storage } from '../storage/storage.js';
import { temporaryFolder } from './support.js';

/** @import { TestContext } from 'node:test' */
/** @import { Precondition, StorageError } from '../contract.js' */

const ALWAYS = /** @type {const} */ ({ tag: 'always' });
const ABSENT = /** @type {const} */ ({ tag: 'absent' });
const unchanged = (/** @type {string} */ val) => /** @type {const} */ ({ tag: 'unchanged', val });
const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** What `assert.throws` takes. @param {StorageError['tag']} tag */
const refused = (tag) => (/** @type {any} */ error) => error.payload.tag === tag;

/**
 * @param {TestContext} t
 * @param {string} [folder]
 */
function open(t, folder = temporaryFolder()) {
  const storage = new Storage(folder);
  t.after(() => storage.close());
  const scope = /** @type {string} */ (storage.scope('acme', 'plugin', true));
  return { storage, folder, scope, cells: storage.cells(scope) };
}

test('a cell is read as last written, by every process', (t) => {
  const { folder, cells } = open(t);
  const version = cells.put('a', bytes('value'), ALWAYS);
  const entry = open(t, folder).cells.get('a');
  assert.deepEqual(entry.value, bytes('value'));
  assert.equal(entry.version, version);
  assert(entry.age < 20_000n);
  cells.delete('a', ALWAYS);
  assert.throws(() => cells.get('a'), refused('missing'));
});

test('a write whose precondition does not hold changes nothing', (t) => {
  const { folder, cells } = open(t);
  const other = open(t, folder).cells;
  const first = cells.put('a', bytes('1'), ABSENT);
  assert.throws(() => other.put('a', bytes('2'), ABSENT), refused('conflict'));
  const second = other.put('a', bytes('2'), unchanged(first));
  for (const write of [
    (/** @type {Precondition} */ when) => cells.put('a', bytes('3'), when),
    (/** @type {Precondition} */ when) => cells.delete('a', when),
  ]) {
    assert.throws(() => write(unchanged(first)), refused('conflict'));
    assert.throws(() => write(ABSENT), refused('conflict'));
  }
  assert.equal(cells.get('a').version, second);
  cells.delete('a', unchanged(second));
  assert.throws(() => cells.put('a', bytes('3'), unchanged(second)), refused('conflict'));
  assert.throws(() => cells.delete('a', unchanged(second)), refused('conflict'));
  cells.delete('a', ABSENT);
});

test('a version never recurs, not even after a delete', (t) => {
  const { cells } = open(t);
  const versions = [1, 2, 3].map(() => {
    const version = cells.put('a', bytes('same'), ALWAYS);
    cells.delete('a', ALWAYS);
    return version;
  });
  assert.equal(new Set(versions).size, 3);
});

test('an age comes from the time since boot, and a write in the future is very old', (t) => {
  const { storage, cells } = open(t);
  cells.put('a', bytes('x'), ALWAYS);
  storage.database.exec('UPDATE cell SET wall = wall + 1000000');
  assert(cells.get('a').age < 20_000n, 'a step of the wall clock');
  storage.database.exec('UPDATE cell SET since_boot = since_boot - 60000');
  const { age } = cells.get('a');
  assert(age >= 60_000n && age < 80_000n, `${age}`);
  storage.database.exec('UPDATE cell SET since_boot = since_boot + 1000000');
  assert(cells.get('a').age > 1_000_000_000_000n);
  storage.database.exec("UPDATE cell SET boot = 'another', wall = wall - 1005000");
  assert(cells.get('a').age >= 5000n && cells.get('a').age < 25_000n, 'across a boot the wall clock decides');
});

test('values are sealed at rest, and open only in their own place', (t) => {
  const { storage, folder, scope, cells } = open(t);
  cells.put('a', bytes('a very secret value'), ALWAYS);
  cells.put('b', bytes('another'), ALWAYS);
  for (const name of readdirSync(folder)) {
    assert(!readFileSync(join(folder, name)).includes('secret value'), name);
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
  const moved = (/** @type {string} */ change) => {
    storage.database.exec(`BEGIN; ${change}`);
    assert.throws(() => cells.get('b'), refused('other'), change);
    storage.database.exec('ROLLBACK');
  };
  moved("DELETE FROM cell WHERE key = 'b'; UPDATE cell SET key = 'b'");
  moved("UPDATE cell SET version = 'x' WHERE key = 'b'");
  moved("UPDATE cell SET sealed = zeroblob(40) WHERE key = 'b'");
  moved("UPDATE cell SET sealed = x'' WHERE key = 'b'");
  const other = /** @type {string} */ (storage.scope('other', 'plugin', true));
  storage.database.exec(`UPDATE cell SET connection = '${other}'`);
  assert.throws(() => storage.cells(other).get('a'), refused('other'));
  assert.throws(() => storage.cells(scope).get('a'), refused('missing'));
});

test('a key that is lost or open to others is refused, and never replaced', (t) => {
  const { folder, cells } = open(t);
  cells.put('a', bytes('x'), ALWAYS);
  const key = join(folder, 'host.key');
  chmodSync(key, 0o640);
  assert.throws(() => new Storage(folder), /open to others/);
  rmSync(key);
  assert.throws(() => new Storage(folder), /put it back/);
});

test('a database of a newer host is refused', (t) => {
  const { storage, folder } = open(t);
  storage.database.exec('PRAGMA user_version = 2');
  assert.throws(() => new Storage(folder), /format 2/);
});

test('scopes are apart: by company, by plugin, and from one life of a connection to the next', (t) => {
  const { storage, scope, cells } = open(t);
  cells.put('a', bytes('x'), ALWAYS);
  for (const [company, plugin] of [
    ['other', 'plugin'],
    ['acme', 'other'],
  ]) {
    const others = storage.cells(storage.scope(company, plugin, true));
    assert.throws(() => others.get('a'), refused('missing'));
  }
  storage.erase(scope);
  assert.throws(() => cells.get('a'), refused('missing'));
  assert.throws(() => cells.put('a', bytes('late'), ALWAYS), refused('unavailable'));
  assert.equal(storage.scope('acme', 'plugin', false), undefined);
  const again = storage.scope('acme', 'plugin', true);
  assert.notEqual(again, scope);
  assert.throws(() => cells.put('a', bytes('late'), ALWAYS), refused('unavailable'));
  assert.throws(() => storage.cells(again).get('a'), refused('missing'));
});

test('without a connection there is nothing, and nothing can be written', (t) => {
  const cells = open(t).storage.cells(undefined);
  assert.throws(() => cells.get('a'), refused('missing'));
  assert.throws(() => cells.put('a', bytes('x'), ALWAYS), refused('unavailable'));
  cells.delete('a', ALWAYS);
  assert.throws(() => cells.delete('a', unchanged('x')), refused('conflict'));
});

test('a key or value beyond the limit is too large; the largest kept body fits', (t) => {
  const { cells } = open(t);
  cells.put('a', new Uint8Array(LARGEST), ALWAYS);
  assert.equal(cells.get('a').value.length, LARGEST);
  assert.throws(() => cells.put('a', new Uint8Array(LARGEST + 1), ALWAYS), refused('too-large'));
  assert.throws(() => cells.put('a'.repeat(129), bytes('x'), ALWAYS), refused('too-large'));
});

test('a database that another one holds is unavailable', (t) => {
  const { storage, folder, cells } = open(t);
  const other = open(t, folder).storage.database;
  storage.database.exec('PRAGMA busy_timeout = 0');
  other.exec('BEGIN IMMEDIATE');
  assert.throws(() => cells.put('a', bytes('x'), ALWAYS), refused('unavailable'));
  other.exec('ROLLBACK');
  cells.put('a', bytes('x'), ALWAYS);
});
