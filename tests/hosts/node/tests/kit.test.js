// The kit: this host keeps every duty that the probe can see.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { startAtKit } from './kit-client.js';
import { environment, temporaryFolder } from './support.js';

/** @import { TestContext } from 'node:test' */
/** @import { Access } from '../contract.js' */

/** The kit's server, line by line. @param {TestContext} t */
async function kit(t) {
  const folder = temporaryFolder();
  const probe = join(folder, 'probe.wasm');
  const server = spawn(environment('TESTS_HARNESS'), ['kit', '--json', '--probe', probe]);
  t.after(() => server.kill());
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const said = async () => JSON.parse((await lines.next()).value);
  return { folder, probe, said, told: await said() };
}

/** @param {Access[]} records @param {Access['verdict']} verdict */
const areas = (records, verdict) => records.filter((it) => it.verdict === verdict).map((it) => it.area);

test('every duty is kept', async (t) => {
  const { folder, probe, told } = await kit(t);
  const host = await startAtKit(probe, folder, told);
  t.after(() => host.close());
  const connection = host.connection('kit');
  await connection.configure([], 'en');
  const records = await connection.checkAccess();
  assert.deepEqual(areas(records, 'unknown'), []);
  assert(areas(records, 'granted').length > 30);
});

test('what was confirmed survives a kill', async (t) => {
  const { folder, probe, said, told } = await kit(t);
  const client = join(import.meta.dirname, 'kit-client.js');
  const killed = spawn(process.execPath, [client, probe, folder, JSON.stringify(told)], { stdio: 'inherit' });
  assert.deepEqual(await said(), { holding: true });
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const host = await startAtKit(probe, folder, told);
  t.after(() => host.close());
  const records = await host.connection('kit').checkAccess();
  assert.deepEqual(areas(records, 'unknown'), []);
  assert.deepEqual(areas(records, 'granted'), ['put-durable', 'age-durable', 'keep-durable']);
});
