// Reads conformance scripts: what the host says in them becomes values as jco has them, checked by the contract's
// types; what the plugin has to say stays JSON, with its numbers as bigint.

import { UnusableScript } from './errors.js';
import { EXPORTS, IMPORTS, list, record, string, unfit } from './signatures.js';

/** @import { Type } from './signatures.js' */

/**
 * @typedef {object} Step
 * @property {string} call
 * @property {any[]} arguments as jco has them
 * @property {{ import: string, arguments: any[], answer: any }[]} imports answers as jco has them
 * @property {any} result
 */

/**
 * The steps of a script.
 *
 * @param {string | Uint8Array} content
 * @returns {Step[]}
 */
export function readScript(content) {
  const { steps } = script(parse(content), 'script');
  if (steps.length === 0) throw new UnusableScript('script: it has no steps');
  return steps.map(readStep);
}

/** @type {Type} */
const anything = (json) => json;
const script = record({ about: string, steps: list(anything) });
const step = record({ call: string, arguments: list(anything), imports: list(anything), result: anything });

/** @param {any} json @param {number} at */
function readStep(json, at) {
  const { call, imports, ...rest } = step(json, `step ${at + 1}`);
  if (!Object.hasOwn(EXPORTS, call)) unfit(call, `step ${at + 1}`, 'function of the contract');
  const path = `step ${at + 1} (${call})`;
  const args = EXPORTS[call](rest.arguments, `${path}: arguments`);
  const readImports = imports.map((/** @type {any} */ it, /** @type {number} */ at) =>
    readImport(it, `${path}: import ${at + 1}`),
  );
  return { call, arguments: args, imports: readImports, result: rest.result };
}

/** @param {any} json @param {string} path */
function readImport(json, path) {
  const name = string(json?.import, `${path}.import`);
  const answer = ANSWERS.has(name) ? ANSWERS.get(name) : unfit(name, path, 'import that scripts list');
  const members = { import: string, arguments: list(anything) };
  return record(answer ? { ...members, answer } : members)(json, `${path} (${name})`);
}

/** By the names in scripts, such as `storage.get`. Any seed does, so that none is listed. */
const ANSWERS = new Map(
  Object.entries(IMPORTS)
    .filter(([id]) => id !== 'wasi:random/insecure-seed')
    .flatMap(([id, functions]) =>
      Object.entries(functions).map(([name, answer]) => [`${id.split('/')[1]}.${name}`, answer]),
    ),
);

// ---- JSON as the scripts have it: UTF-8, whole numbers, no member twice

/** @param {string | Uint8Array} content */
function parse(content) {
  try {
    const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const text = typeof content === 'string' ? content : utf8.decode(content);
    const json = JSON.parse(text, /** @type {any} */ (exactly));
    checkMembers(text);
    return json;
  } catch (error) {
    if (error instanceof UnusableScript) throw error;
    throw new UnusableScript(`it is not JSON: ${/** @type {Error} */ (error).message.replaceAll('\n', ' ')}`);
  }
}

/**
 * @param {string} name
 * @param {any} value
 * @param {{ source: string }} context how the value is written
 */
function exactly(name, value, { source }) {
  if (!name.isWellFormed()) throw new UnusableScript('the name of a member has a lone surrogate');
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new UnusableScript(`${source.slice(0, 60)} has a lone surrogate`);
  }
  if (typeof value !== 'number') return value;
  if (!/^-?\d{1,20}$/.test(source)) {
    throw new UnusableScript(`${source.slice(0, 60)} is no integer of the contract`);
  }
  return BigInt(source);
}

/** `JSON.parse` takes the last of two members with one name. @param {string} text */
function checkMembers(text) {
  /** @type {Set<string>[]} */
  const objects = [];
  for (const [token, name] of text.matchAll(/[{}]|("(?:[^"\\]+|\\.)*")(?:\s*:)?/g)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (token.endsWith(':')) {
      const members = /** @type {Set<string>} */ (objects.at(-1));
      if (members.has(JSON.parse(name))) throw new UnusableScript(`the member ${name} is there twice`);
      members.add(JSON.parse(name));
    }
  }
}
