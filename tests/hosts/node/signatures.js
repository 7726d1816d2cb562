// The contract's functions as data: what a component is held to when it is loaded, and what the values in
// conformance scripts are read by. A type reads a value out of JSON, and returns it as jco has it.

import { ImportError, UnusableScript } from './errors.js';

/**
 * @template [T=any]
 * @typedef {(json: any, path: string) => T} Type throws `UnusableScript`, with the path, for what is no such value
 */

/**
 * @param {any} json
 * @param {string} path
 * @param {string} wanted
 * @returns {never}
 */
export function unfit(json, path, wanted) {
  throw new UnusableScript(`${path}: ${inJson(json).slice(0, 60)} is no ${wanted}`);
}

/** A value of a script, for people. @param {any} json */
export function inJson(json) {
  if (typeof json === 'bigint') return String(json);
  const shown = (/** @type {string} */ _, /** @type {any} */ it) =>
    typeof it === 'bigint' ? Number(it) : it;
  return JSON.stringify(json, shown) ?? 'nothing';
}

/** @type {Type<string>} */
export const string = (json, path) => (typeof json === 'string' ? json : unfit(json, path, 'string'));

/** @type {Type<boolean>} */
const bool = (json, path) => (typeof json === 'boolean' ? json : unfit(json, path, 'bool'));

/** @type {Type<bigint>} */
const u64 = (json, path) =>
  typeof json === 'bigint' && json === BigInt.asUintN(64, json) ? json : unfit(json, path, 'u64');

/** @param {number} bits @returns {Type<number>} */
const unsigned = (bits) => (json, path) =>
  typeof json === 'bigint' && json === BigInt.asUintN(bits, json)
    ? Number(json)
    : unfit(json, path, `u${bits}`);

/** @type {Type<Uint8Array>} */
const bytes = (json, path) => {
  if (typeof json === 'string') return new Uint8Array(Buffer.from(json));
  const { base64 } = record({ base64: string })(json, path);
  const value = Buffer.from(base64, 'base64');
  return value.toString('base64') === base64 ? new Uint8Array(value) : unfit(base64, path, 'base64');
};

/** @template T @param {Type<T>} item @returns {Type<T[]>} */
export const list = (item) => (json, path) =>
  Array.isArray(json)
    ? json.map((value, at) => item(value, `${path}.${at}`))
    : unfit(json, path, 'list');

/** @param {Type[]} items @returns {Type<any[]>} */
export const tuple = (...items) => (json, path) =>
  Array.isArray(json) && json.length === items.length
    ? items.map((item, at) => item(json[at], `${path}.${at}`))
    : unfit(json, path, `list of ${items.length}`);

/** @template T @param {Type<T>} type @returns {Type<T | undefined>} */
const option = (type) => (json, path) => (json === null ? undefined : type(json, path));

/** @param {Record<string, Type>} members @returns {Type<any>} */
export const record = (members) => (json, path) => {
  if (json?.constructor !== Object) unfit(json, path, 'record');
  for (const name of Object.keys(json)) {
    if (Object.hasOwn(members, name)) continue;
    throw new UnusableScript(`${path}: there is no member ${inJson(name)}`);
  }
  const read = Object.entries(members).map(([name, type]) => {
    if (!Object.hasOwn(json, name)) throw new UnusableScript(`${path}: the member ${name} is missing`);
    return [camel(name), type(json[name], `${path}.${name}`)];
  });
  return Object.fromEntries(read);
};

/**
 * A variant of which every case has a payload.
 *
 * @param {Record<string, Type>} cases
 * @returns {Type<{ tag: any, val: any }>}
 */
const variant = (cases) => (json, path) => {
  const [tag = '', ...more] = json?.constructor === Object ? Object.keys(json) : [];
  if (more.length > 0 || !Object.hasOwn(cases, tag)) {
    unfit(json, path, `object with one of ${Object.keys(cases).join(', ')}`);
  }
  return { tag, val: cases[tag](json[tag], `${path}.${tag}`) };
};

/**
 * An error becomes the `ImportError` to throw.
 *
 * @param {Type} ok
 * @param {Record<string, Type>} errors
 * @returns {Type}
 */
const result = (ok, errors) => {
  /** @type {Type} */
  const err = (json, path) => {
    const { tag, val } = variant(errors)(json, path);
    return new ImportError(tag, val);
  };
  return (json, path) => variant({ ok, err })(json, path).val;
};

/** @type {Type} */
const empty = (json, path) => (json === null ? undefined : unfit(json, path, 'null'));

const pairs = list(tuple(string, string));
const httpErrors = {
  denied: string,
  'not-sent': string,
  'no-answer': string,
  limited: unsigned(32),
  other: string,
};
const storageErrors = {
  missing: string,
  conflict: string,
  unavailable: string,
  'in-doubt': string,
  'too-large': string,
  other: string,
};
const app = record({
  'client-id': string,
  'redirect-uri': string,
  scopes: list(string),
  endpoints: pairs,
  options: pairs,
});
const apiRequest = record({
  method: string,
  path: string,
  headers: pairs,
  body: bytes,
  timeout: unsigned(32),
});
const response = record({ status: unsigned(16), headers: pairs, body: bytes });
const entry = record({ value: bytes, version: string, age: u64 });
const datetime = record({ seconds: u64, nanoseconds: unsigned(32) });

/** What the functions of `erp:integration/integration` take. @type {Record<string, Type<any[]>>} */
export const EXPORTS = {
  describe: tuple(string),
  explain: tuple(string, string),
  configure: tuple(pairs, string),
  'begin-authorize': tuple(),
  'handle-callback': tuple(string, string),
  status: tuple(string),
  'set-enabled': tuple(bool),
  remove: tuple(string),
  'access-token': tuple(option(string)),
  call: tuple(apiRequest),
  'check-access': tuple(),
  maintain: tuple(),
  diagnostics: tuple(),
};

/**
 * What the functions that a plugin may import answer; undefined for nothing.
 *
 * @type {Record<string, Record<string, Type | undefined>>}
 */
export const IMPORTS = {
  'erp:integration/registration': { current: option(app) },
  'erp:integration/http': { send: result(response, httpErrors) },
  'erp:integration/storage': {
    get: result(entry, storageErrors),
    put: result(string, storageErrors),
    delete: result(empty, storageErrors),
  },
  'erp:integration/log': { log: undefined },
  'wasi:clocks/wall-clock': { now: datetime, resolution: datetime },
  'wasi:random/random': { 'get-random-bytes': bytes, 'get-random-u64': u64 },
  'wasi:random/insecure-seed': { 'insecure-seed': tuple(u64, u64) },
};

/** A name of the contract as jco has it. @param {string} name */
export const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** And back. @param {string} name */
export const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
