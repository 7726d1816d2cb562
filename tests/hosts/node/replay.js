// Replays conformance scripts: conversations with a plugin in which every answer of the host is written down.
// A host needs no storage, no network and no clock for it.

import { ImportError } from './errors.js';
import { readScript } from './script.js';
import { IMPORTS, camel, inJson, kebab } from './signatures.js';

/** @import { Exports, Imports } from './contract.js' */
/** @import { Step } from './script.js' */

/**
 * Replays a script, each step in a fresh instance; returns the differences.
 * Throws `UnusableScript` before it plays anything.
 *
 * @param {(imports: Imports) => Exports} instantiate
 * @param {string | Uint8Array} content of the script
 */
export function replay(instantiate, content) {
  return readScript(content).flatMap((step, at) =>
    replayStep(instantiate, step).map((difference) => `step ${at + 1} (${step.call}): ${difference}`),
  );
}

/**
 * @param {(imports: Imports) => Exports} instantiate
 * @param {Step} step
 */
function replayStep(instantiate, step) {
  /** @type {string[]} */
  const found = [];
  let at = 0;
  const asked = (/** @type {string} */ name, /** @type {any[]} */ args) => {
    const next = step.imports[at++];
    if (next?.import !== name) found.push(`import ${at}: expected ${next?.import ?? 'no more'}, got ${name}`);
    else found.push(...differences(next.arguments, toJson(args), `import ${at} (${name}): arguments`));
    if (found.length > 0) throw new Error('the conversation is another one');
    if (next.answer instanceof ImportError) throw next.answer;
    return next.answer;
  };
  const isPlain = ['describe', 'explain'].includes(step.call);
  let result;
  try {
    const exports = instantiate(importsBy(asked));
    const run = /** @type {(...args: any[]) => any} */ (
      exports[/** @type {keyof Exports} */ (camel(step.call))]
    );
    const value = toJson(run(...step.arguments));
    result = isPlain ? value : { ok: value };
  } catch (error) {
    const { payload, message } = /** @type {Error & { payload?: any }} */ (error);
    if (found.length === 0 && payload === undefined) found.push(`the call broke off: ${message}`);
    result = { err: toJson(payload) };
  }
  if (found.length > 0) return found;
  if (at < step.imports.length) found.push(`import ${at + 1}: expected ${step.imports[at].import}, got none`);
  return [...found, ...differences(step.result, result, 'result')];
}

/**
 * @param {(name: string, args: any[]) => any} asked
 * @returns {Imports}
 */
function importsBy(asked) {
  const imports = Object.entries(IMPORTS).map(([id, functions]) => {
    const asking = Object.keys(functions).map((name) => [
      camel(name),
      (/** @type {any[]} */ ...args) => asked(`${id.split('/')[1]}.${name}`, args),
    ]);
    return [id, Object.fromEntries(asking)];
  });
  return { ...Object.fromEntries(imports), 'wasi:random/insecure-seed': { insecureSeed: () => [1n, 2n] } };
}

// ---- values of the contract as jco has them, in JSON

/**
 * @param {any} value
 * @returns {any}
 */
function toJson(value) {
  if (value === undefined) return null;
  if (typeof value === 'number') return BigInt(value);
  if (typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return bytesToJson(value);
  if (Array.isArray(value)) return value.map(toJson);
  if ('tag' in value) return value.val === undefined ? value.tag : { [value.tag]: toJson(value.val) };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [kebab(name), toJson(member)]));
}

/** @param {Uint8Array} value */
function bytesToJson(value) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return { base64: Buffer.from(value).toString('base64') };
  }
}

// ---- what differs

/**
 * @param {any} expected
 * @param {any} got
 * @param {string} path
 * @returns {string[]}
 */
function differences(expected, got, path) {
  const both = [expected, got];
  if (both.every(Array.isArray) || both.every((value) => value?.constructor === Object)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
    return names.flatMap((name) => differences(expected[name], got[name], `${path}.${name}`));
  }
  if (expected === got) return [];
  const at = typeof expected === 'string' && typeof got === 'string' ? firstDifference(expected, got) : 0;
  return [`${path}: expected ${show(expected, at)}, got ${show(got, at)}`];
}

/**
 * @param {string} one
 * @param {string} other
 */
function firstDifference(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/**
 * A value in JSON; of a long text, the part around the first difference.
 *
 * @param {any} value
 * @param {number} at
 */
function show(value, at) {
  if (typeof value !== 'string' || value.length < 120) return inJson(value);
  return JSON.stringify(`${at > 40 ? '…' : ''}${value.slice(Math.max(0, at - 40), at + 80)}…`);
}
