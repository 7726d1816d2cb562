import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { instantiator, loadPlugin } from '../component.js';
import { replay } from '../replay.js';
import { readScript } from '../script.js';
import { environment, temporaryFolder } from './support.js';

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
const good = { about: '', steps: [begin] };

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

const got = (/** @type {unknown} */ ok) => ({
  ...good,
  steps: [{ ...begin, imports: [{ ...missing, answer: { ok } }] }],
});
const entry = { value: '{}', version: '1', age: 1 };
const aged = (/** @type {bigint} */ age) => JSON.stringify(got(entry)).replace('"age":1', `"age":${age}`);
const step = (/** @type {object} */ change) => ({ ...good, steps: [{ ...begin, ...change }] });
const imported = (/** @type {object} */ change) => step({ imports: [{ ...missing, ...change }] });
const enabling = (/** @type {unknown[]} */ ...args) => step({ call: 'set-enabled', arguments: args });
const text = JSON.stringify(good);

/** @type {[name: string, script: object | string | Buffer, message: RegExp][]} */
const unusable = [
  ['an empty file', '', /^it is not JSON: /],
  ['half a script', text.slice(0, -5), /^it is not JSON: /],
  ['null', 'null', /^script: null is no record$/],
  ['bytes that are not UTF-8', Buffer.from(text.replace('""', '"\xff"'), 'latin1'), /utf-8/],
  ['a lone surrogate', text.replace('""', '"\\ud800"'), /^"\\ud800" has a lone surrogate$/],
  ['a member that is there twice', text.replace('{', '{"steps": [], '), /^the member "steps" is there twice$/],
  ['a script without about', { steps: [begin] }, /^script: the member about is missing$/],
  ['a script without steps', { about: '', steps: [] }, /^script: it has no steps$/],
  ['an unknown member of the script', { ...good, extra: 1 }, /^script: there is no member "extra"$/],
  ['an unknown member of a step', step({ extra: 1 }), /^step 1: there is no member "extra"$/],
  ['an unknown member of an import', imported({ extra: 1 }), /^step 1 .*import 1 .*no member "extra"$/],
  ['a step that is null', { ...good, steps: [begin, null] }, /^step 2: null is no record$/],
  ['a call in camelCase', step({ call: 'beginAuthorize' }), /^step 1: "beginAuthorize" is no function/],
  ['a call of every object', step({ call: 'toString' }), /^step 1: "toString" is no function/],
  ['an argument too many', step({ arguments: ['en'] }), /arguments: \["en"\] is no list of 0$/],
  ...['yes', 1, null, []].map(
    (enabled) =>
      /** @type {[string, object, RegExp]} */ ([
        `set-enabled with ${JSON.stringify(enabled)}`,
        enabling(enabled),
        /^step 1 \(set-enabled\): arguments\.0: .+ is no bool$/,
      ]),
  ),
  ['imports that are an object', step({ imports: { 0: missing, length: 1 } }), /^step 1\.imports: .+ is no list$/],
  ['an unknown import', imported({ import: 'storage.list' }), /"storage\.list" is no import/],
  ['an error of two cases', imported({ answer: { err: { missing: '', other: '' } } }), /is no object with/],
  ['an import without its answer', imported({ answer: undefined }), /the member answer is missing$/],
  ['an answer where there is none', imported({ import: 'log.log', answer: null }), /no member "answer"$/],
  ...['1', true, -1, null].map(
    (age) =>
      /** @type {[string, object, RegExp]} */ ([
        `the age ${JSON.stringify(age)}`,
        got({ ...entry, age }),
        /import 1 \(storage\.get\)\.answer\.ok\.age: .+ is no u64$/,
      ]),
  ),
  ['the age 2^64', aged(2n ** 64n), /16 is no u64$/],
  ['a fraction', got({ ...entry, age: 1.5 }), /^1\.5 is no integer/],
  ['junk in base64', got({ ...entry, value: { base64: 'e!30=' } }), /value: .+ is no base64$/],
  ['base64 without padding', got({ ...entry, value: { base64: 'e30' } }), /value: .+ is no base64$/],
];

for (const [name, script, message] of unusable) {
  test(`given ${name}, when the script is read, then it is refused and the place told`, () => {
    const content = typeof script === 'string' || Buffer.isBuffer(script) ? script : JSON.stringify(script);
    assert.throws(() => readScript(content), { name: 'UnusableScript', message });
  });
}

test('given the largest age and padded base64, when the script is read, then they are exact', () => {
  const script = JSON.stringify(got({ ...entry, value: { base64: '/w==' } }));
  const [{ imports }] = readScript(script.replace('"age":1', '"age":18446744073709551615'));
  assert.deepEqual(imports[0].answer, { value: Uint8Array.of(255), version: '1', age: 2n ** 64n - 1n });
});

/** @param {string[]} args */
function player(...args) {
  const program = join(import.meta.dirname, '../conformance.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('given unusable scripts, when they are replayed, then each has its line and the rest goes on', () => {
  const folder = temporaryFolder();
  const [bad, right] = ['bad.json', 'right.json'].map((name) => join(folder, name));
  writeFileSync(bad, '');
  writeFileSync(right, text);
  const scripts = [bad, join(folder, 'none'), folder, right];
  const { status, stdout, stderr } = player(environment('TESTS_COMPONENT'), ...scripts);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, 4);
  assert.match(lines[0], /bad\.json: it is not JSON: /);
  assert.match(lines[1], /none: ENOENT: /);
  assert.match(lines[2], /: EISDIR: /);
  assert.equal(lines[3], `${right}: holds`);
  assert.deepEqual({ status, stderr }, { status: 1, stderr: '' });
});

test('given no component, when scripts are replayed, then one line says so', () => {
  const folder = temporaryFolder();
  const cut = join(folder, 'cut.wasm');
  writeFileSync(cut, '\0asm\r');
  for (const [component, reason] of [
    [cut, /^.+cut\.wasm: the component is damaged: it is cut short\n$/],
    [folder, /^.+: EISDIR: .+\n$/],
    [join(folder, 'none'), /^.+none: ENOENT: .+\n$/],
  ]) {
    const { status, stdout, stderr } = player(/** @type {string} */ (component), 'script.json');
    assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
    assert.match(stderr, /** @type {RegExp} */ (reason));
  }
});

test('given no script, when the player is started, then it tells its usage and ends with 2', () => {
  const usage = 'usage: node conformance.mjs COMPONENT SCRIPT...\n';
  assert.deepEqual(player('plugin.wasm'), { status: 2, stdout: '', stderr: usage });
});
