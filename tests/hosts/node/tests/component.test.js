import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from '@bytecodealliance/jco';
import { CallThreads } from '../calls/threads.js';
import { loadPlugin } from '../component.js';
import { Host } from '../index.js';
import { environment, temporaryFolder } from './support.js';

/** @param {Uint8Array} content */
function file(content) {
  const path = join(temporaryFolder(), 'plugin.wasm');
  writeFileSync(path, content);
  return path;
}

const real = () => readFileSync(environment('TESTS_COMPONENT'));
const renamed = (/** @type {string} */ version) =>
  Buffer.from(
    real()
      .toString('latin1')
      .replaceAll(/(erp:integration\/[a-z]+@)0\.1\.0/g, `$1${version}`),
    'latin1',
  );

const unusable = /** @type {const} */ ([
  ['an empty component', () => Buffer.from('\0asm\x0d\0\x01\0', 'latin1'), /another world/],
  ['a core module', () => Buffer.from('\0asm\x01\0\0\0', 'latin1'), /core module/],
  ['a newer contract', () => renamed('0.2.0'), /speaks erp:integration 0\.2\.0, this host speaks 0\.1\.x/],
  ['a truncated file', () => real().subarray(0, real().length / 2), /damaged/],
  ['another kind of file', () => Buffer.from('PK\x03\x04'), /not WebAssembly/],
]);

for (const [name, content, message] of unusable) {
  test(`${name} is refused before anything runs`, async () => {
    const options = { component: file(content()), folder: temporaryFolder() };
    await assert.rejects(Host.start(options), { name: 'UnusableComponent', message });
  });
}

test('a later version of the same contract is accepted', async (t) => {
  const host = await Host.start({ component: file(renamed('0.1.7')), folder: temporaryFolder() });
  t.after(() => host.close());
  assert.equal(host.descriptor.id, 'fortnox');
  assert.equal((await host.connection('acme').status('en')).stage, 'unconfigured');
});

/** @param {string} functions two of the core module, `maintain` and `diagnostics`, without arguments and with a number */
async function start(functions) {
  const component = await parse(`(component
    (core module $module (memory 1) ${functions})
    (core instance $core (instantiate $module))
    (func $maintain (result u64) (canon lift (core func $core "maintain")))
    (func $diagnostics (result u64) (canon lift (core func $core "diagnostics")))
    (instance $integration (export "maintain" (func $maintain)) (export "diagnostics" (func $diagnostics)))
    (export "erp:integration/integration@0.1.0" (instance $integration)))`);
  return new CallThreads(await loadPlugin(file(component), temporaryFolder()), 5000);
}

test('a trap or an endless loop costs one call, and does not hold up the host', async (t) => {
  const threads = await start(`
    (func (export "maintain") (result i64) (loop $again (br $again)) unreachable)
    (func (export "diagnostics") (result i64) unreachable)`);
  t.after(() => threads.close());
  for (const _ of [1, 2]) {
    await assert.rejects(threads.run('diagnostics', []), { name: 'CallFailed', message: /unreachable/ });
  }
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  await assert.rejects(threads.run('maintain', []), { name: 'CallFailed', message: /took too long/ });
  clearInterval(timer);
  assert(ticks > 50, `the host's own timers ran ${ticks} times`);
});

test('memory grows up to 64 MiB, and not beyond', async (t) => {
  const threads = await start(`
    (func (export "maintain") (result i64) (i64.extend_i32_s (memory.grow (i32.const 1023))))
    (func (export "diagnostics") (result i64) (i64.extend_i32_s (memory.grow (i32.const 1024))))`);
  t.after(() => threads.close());
  assert.equal(await threads.run('maintain', []), 1n);
  assert.equal(await threads.run('diagnostics', []), 2n ** 64n - 1n);
});
