import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { instantiator, loadPlugin } from '../component.js';
import { replay } from '../replay.js';
import { environment, temporaryFolder } from './support.js';

test('the component holds every conformance script in this host', async () => {
  const folder = process.env.TESTS_CONFORMANCE ?? join(import.meta.dirname, '../../../conformance');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.json'));
  assert(scripts.length > 0, `there is no script in ${folder}`);
  const instantiate = await instantiator(await loadPlugin(environment('TESTS_COMPONENT'), temporaryFolder()));
  const found = scripts.flatMap((name) =>
    replay(instantiate, readFileSync(join(folder, name), 'utf8')).map(
      (difference) => `${name}: ${difference}`,
    ),
  );
  assert.equal(found.join('\n'), '');
});

test('a script that does not hold is told with step and difference', async () => {
  const instantiate = await instantiator(await loadPlugin(environment('TESTS_COMPONENT'), temporaryFolder()));
  const missing = {
    import: 'storage.get',
    arguments: ['settings'],
    answer: { err: { missing: 'settings' } },
  };
  const begin = {
    call: 'begin-authorize',
    arguments: [],
    imports: [missing],
    result: { err: { rejected: 'unconfigured' } },
  };
  const told = (/** @type {object} */ change) =>
    replay(instantiate, JSON.stringify({ about: '', steps: [begin, { ...begin, ...change }] }));

  assert.deepEqual(told({}), []);
  assert.deepEqual(told({ result: { err: { rejected: 'other' } } }), [
    'step 2 (begin-authorize): result.err.rejected: expected "other", got "unconfigured"',
  ]);
  assert.deepEqual(told({ imports: [] }), [
    'step 2 (begin-authorize): import 1: expected no more, got storage.get',
  ]);
  assert.deepEqual(told({ imports: [{ ...missing, arguments: ['grant'] }] }), [
    'step 2 (begin-authorize): import 1 (storage.get): arguments.0: expected "grant", got "settings"',
  ]);
  assert.deepEqual(told({ imports: [missing, missing] }), [
    'step 2 (begin-authorize): import 2: expected storage.get, got none',
  ]);
});
