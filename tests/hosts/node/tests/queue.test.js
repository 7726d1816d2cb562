import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shared, Turns } from '../queue.js';

test('turns are taken one at a time and in order, also after one that fails; other keys do not wait', async () => {
  const turns = new Turns();
  /** @type {string[]} */
  const told = [];
  const { promise: gate, resolve: open } = Promise.withResolvers();
  const first = turns.take('acme', async () => {
    await gate;
    told.push('first');
    throw new Error('first');
  });
  const second = turns.take('acme', async () => told.push('second'));
  await turns.take('other', async () => told.push('other'));
  open(undefined);
  await assert.rejects(first, { message: 'first' });
  await second;
  assert.deepEqual(told, ['other', 'first', 'second']);
});

test('those who ask the same at the same time share one answer, and the next asks anew', async () => {
  const shared = new Shared();
  let asked = 0;
  const ask = (/** @type {string} */ key) => shared.ask(key, async () => ++asked);
  assert.deepEqual(await Promise.all([ask('acme'), ask('acme'), ask('other')]), [1, 1, 2]);
  assert.equal(await ask('acme'), 3);
});
