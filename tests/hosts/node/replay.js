// Replays conformance scripts: conversations with a plugin in which every answer of the host is written down.
// A host needs no storage, no network and no clock for it.

import { ImportError } from './errors.js';

/** @import { Exports, Imports } from './contract.js' */

/**
 * @typedef {object} Step
 * @property {string} call
 * @property {any[]} arguments
 * @property {{ import: string, arguments: any[], answer?: any }[]} imports
 * @property {any} result
 */

/**
 * Replays a script, each step in a fresh instance; returns the differences.
 *
 * @param {(imports: Imports) => Exports} instantiate
 * @param {string} text of the script
 */
export function replay(instantiate, text) {
  /** @type {{ steps: Step[] }} */
  const { steps } = JSON.parse(text);
  return steps.flatMap((step, at) =>
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
    return next.answer;
  };
  const exports = instantiate(importsBy(asked));
  const run = /** @type {(...args: any[]) => any} */ (
    exports[/** @type {keyof Exports} */ (camel(step.call))]
  );
  const isPlain = ['describe', 'explain'].includes(step.call);
  let result;
  try {
    const value = toJson(run(...step.arguments.map(fromJson)));
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
  const plain =
    (/** @type {string} */ name) =>
    (/** @type {any[]} */ ...args) =>
      fromJson(asked(name, args));
  const fallible =
    (/** @type {string} */ name) =>
    (/** @type {any[]} */ ...args) => {
      const answer = asked(name, args);
      if ('ok' in answer) return fromJson(answer.ok);
      const [[tag, payload]] = Object.entries(answer.err);
      throw new ImportError(/** @type {any} */ (tag), payload);
    };
  return {
    'erp:integration/registration': { current: plain('registration.current') },
    'erp:integration/http': { send: fallible('http.send') },
    'erp:integration/storage': {
      get: fallible('storage.get'),
      put: fallible('storage.put'),
      delete: fallible('storage.delete'),
    },
    'erp:integration/log': { log: plain('log.log') },
    'wasi:clocks/wall-clock': { now: plain('wall-clock.now'), resolution: plain('wall-clock.resolution') },
    'wasi:random/random': {
      getRandomBytes: (length) => bytes(asked('random.get-random-bytes', [length])),
      getRandomU64: () => BigInt(asked('random.get-random-u64', [])),
    },
    'wasi:random/insecure-seed': { insecureSeed: () => [1n, 2n] },
  };
}

// ---- values of the contract in JSON, and as jco has them

/**
 * @param {any} value
 * @returns {any}
 */
function toJson(value) {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return Number(value); // the scripts hold none beyond 2^53
  if (typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return bytesToJson(value);
  if (Array.isArray(value)) return value.map(toJson);
  if ('tag' in value) return value.val === undefined ? value.tag : { [value.tag]: toJson(value.val) };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [kebab(name), toJson(member)]));
}

/** Members whose type JSON does not tell. @type {Record<string, (json: any) => unknown>} */
const MEMBERS = { body: bytes, value: bytes, age: BigInt, seconds: BigInt };

/**
 * @param {any} json
 * @returns {any}
 */
function fromJson(json) {
  if (json === null || json === undefined) return undefined;
  if (typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(fromJson);
  const member = (/** @type {[string, any]} */ [name, value]) => [
    camel(name),
    (MEMBERS[name] ?? fromJson)(value),
  ];
  return Object.fromEntries(Object.entries(json).map(member));
}

/** @param {string | { base64: string }} json */
function bytes(json) {
  return new Uint8Array(typeof json === 'string' ? Buffer.from(json) : Buffer.from(json.base64, 'base64'));
}

/** @param {Uint8Array} value */
function bytesToJson(value) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return { base64: Buffer.from(value).toString('base64') };
  }
}

/** @param {string} name */
const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
/** @param {string} name */
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

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
  if (typeof value !== 'string' || value.length < 120) return JSON.stringify(value) ?? 'nothing';
  return JSON.stringify(`${at > 40 ? '…' : ''}${value.slice(Math.max(0, at - 40), at + 80)}…`);
}
