import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from '@bytecodealliance/jco';
import { CallThreads } from '../calls/threads.js';
import { loadPlugin } from '../component.js';
import { Host } from '../index.js';
import { EXPORTS } from '../signatures.js';
import { environment, temporaryFolder } from './support.js';

/** @param {Uint8Array} content */
function file(content) {
  const path = join(temporaryFolder(), 'plugin.wasm');
  writeFileSync(path, content);
  return path;
}

const real = () => readFileSync(environment('TESTS_COMPONENT'));
/**
 * The component with another name in it, of the same length.
 *
 * @param {string | RegExp} name
 * @param {string} other
 */
const renamed = (name, other) =>
  Buffer.from(real().toString('latin1').replaceAll(name, other), 'latin1');
const versioned = (/** @type {string} */ version) =>
  renamed(/(erp:integration\/[a-z]+@)0\.1\.0/g, `$1${version}`);
const empty = Buffer.from('\0asm\x0d\0\x01\0', 'latin1');

const unusable = /** @type {const} */ ([
  ['an empty component', () => empty, /^the component is for another world: it does not export/],
  ['a core module', () => Buffer.from('\0asm\x01\0\0\0', 'latin1'), /core module/],
  ['half a file', () => real().subarray(0, real().length / 2), /^the component is damaged: it is cut short$/],
  [
    'a file with bytes behind it',
    () => Buffer.concat([real(), Buffer.alloc(8)]),
    /^the component is damaged: .*end-of-file/,
  ],
  ...[4, 5, 6, 7, 9].map((length) =>
    /** @type {const} */ ([
      `a file cut at ${length} bytes`,
      () => real().subarray(0, length),
      /^the component is damaged: it is cut short$/,
    ]),
  ),
  ['another kind of file', () => Buffer.from('PK\x03\x04'), /not WebAssembly/],
  [
    'a newer contract',
    () => versioned('0.2.0'),
    /^the component imports erp:integration\/\w+@0\.2\.0, this host has 0\.1\.x; it was built for a newer contract$/,
  ],
  [
    'an older contract',
    () => versioned('0.0.1'),
    /^the component imports erp:integration\/\w+@0\.0\.1, this host has 0\.1\.x$/,
  ],
  [
    'a newer contract in one import only',
    () => renamed('erp:integration/http@0.1.0', 'erp:integration/http@0.2.0'),
    /^the component imports erp:integration\/http@0\.2\.0, this host has 0\.1\.x; it was built for a newer contract$/,
  ],
  [
    'a newer contract in the export only',
    () => renamed('erp:integration/integration@0.1.0', 'erp:integration/integration@0.2.0'),
    /^the component exports erp:integration\/integration@0\.2\.0, this host has 0\.1\.x; it was built for a newer contract$/,
  ],
  ...['0.3.6', '1.2.6'].map((version) =>
    /** @type {const} */ ([
      `WASI ${version}`,
      () => renamed(/(wasi:[a-z]+\/[a-z-]+@)0\.2\.\d/g, `$1${version}`),
      new RegExp(`^the component imports wasi:\\S+@${version}, this host has 0\\.2\\.x`),
    ]),
  ),
  [
    'an interface that this host does not have',
    () => renamed('erp:integration/storage', 'erp:integration/storagf'),
    /^the component is for another world: it imports "erp:integration\/storagf@0\.1\.0"$/,
  ],
  [
    'a function that this host does not have',
    () => renamed('delete', 'delyte'),
    /^the component imports delyte of erp:integration\/storage@0\.1\.0, which .* newer contract$/,
  ],
  [
    'a component without a function of the contract',
    () => renamed('check-access', 'check-axcess'),
    /^the component does not export check-access of erp:integration\/integration@0\.1\.0$/,
  ],
]);

for (const [name, content, message] of unusable) {
  test(`${name} is refused before anything runs`, async () => {
    const options = { component: file(content()), folder: temporaryFolder() };
    await assert.rejects(Host.start(options), { name: 'UnusableComponent', message });
  });
}

test('a later WASI that is compatible is accepted', async () => {
  const later = renamed(/(wasi:[a-z]+\/[a-z-]+@)0\.2\.\d/g, '$10.2.9');
  await loadPlugin(file(later), temporaryFolder());
});

test('a later version of the same contract is accepted', async (t) => {
  const host = await Host.start({ component: file(versioned('0.1.7')), folder: temporaryFolder() });
  t.after(() => host.close());
  assert.equal(host.descriptor.id, 'fortnox');
  assert.equal((await host.connection('acme').status('en')).stage, 'unconfigured');
});

/** @param {string} functions `maintain` and `diagnostics` of the core module; the rest of the exports are the latter */
async function start(functions) {
  const exported = Object.keys(EXPORTS).map(
    (name) => `(export "${name}" (func ${name === 'maintain' ? '$maintain' : '$diagnostics'}))`,
  );
  const component = await parse(`(component
    (core module $module (memory 1) ${functions})
    (core instance $core (instantiate $module))
    (func $maintain (result u64) (canon lift (core func $core "maintain")))
    (func $diagnostics (result u64) (canon lift (core func $core "diagnostics")))
    (instance $integration ${exported.join(' ')})
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
