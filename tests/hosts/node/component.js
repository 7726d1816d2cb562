// From a file to something that can be instantiated: checked, translated by jco, limited, and compiled once.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UnusableComponent } from './errors.js';
import { limitMemory } from './memory.js';

/** @import { Exports, Imports } from './contract.js' */

/**
 * A plugin, ready to be instantiated. Can be posted to a worker thread, which then shares the compiled code.
 *
 * @typedef {object} Plugin
 * @property {string} script URL of what jco wrote
 * @property {Map<string, WebAssembly.Module>} modules the core modules by jco's names
 */

const VERSION = '0.1';
const EXPORT = 'erp:integration/integration';
const IMPORTS = [
  'erp:integration/http',
  'erp:integration/log',
  'erp:integration/registration',
  'erp:integration/storage',
  'wasi:clocks/wall-clock',
  'wasi:random/insecure-seed',
  'wasi:random/random',
];

/**
 * Loads a component. What jco makes of it is kept in a subfolder of `cache`, which must be the host's own:
 * it holds code that will run.
 *
 * @param {string} file
 * @param {string} cache
 * @returns {Promise<Plugin>}
 */
export async function loadPlugin(file, cache) {
  const component = await readFile(file);
  const folder = join(cache, `${createHash('sha256').update(component).digest('hex')}-${await jcoVersion()}`);
  const names = await readdir(folder).catch(() => translate(component, folder));
  const modules = names
    .filter((name) => name.endsWith('.wasm'))
    .map(
      async (name) =>
        /** @type {const} */ ([name, await WebAssembly.compile(await readFile(join(folder, name)))]),
    );
  return {
    script: pathToFileURL(join(folder, 'plugin.mjs')).href,
    modules: new Map(await Promise.all(modules)),
  };
}

/**
 * Returns what makes instances: one instance for each call.
 *
 * @param {Plugin} plugin
 * @returns {Promise<(imports: Imports) => Exports>}
 */
export async function instantiator({ script, modules }) {
  // What jco wrote tries this at each instantiation and does without where it is missing, as in Node 22; but the
  // errors of trying take longer than all the rest.
  if (!('promising' in WebAssembly))
    Object.assign(WebAssembly, { promising: (/** @type {unknown} */ f) => f });
  const { instantiate } = await import(script);
  return (imports) => instantiate((/** @type {string} */ name) => modules.get(name), imports).integration;
}

/**
 * @param {Buffer} component
 * @param {string} folder
 */
async function translate(component, folder) {
  if (component.subarray(0, 4).toString('latin1') !== '\0asm') {
    throw new UnusableComponent('the file is not WebAssembly');
  }
  if (component.readUInt16LE(6) === 0) {
    throw new UnusableComponent('the file is a core module, not a component');
  }
  // Large, and needed only here: neither for a translation that is there, nor in the threads that calls run in.
  const { transpile } = await import('@bytecodealliance/jco');
  const options = /** @type {const} */ ({ name: 'plugin', instantiation: 'sync' });
  const { files, imports, exports } = await transpile(component, options).catch((error) => {
    throw new UnusableComponent(`the component is damaged: ${error.message}`);
  });
  checkWorld(
    imports,
    exports.map(([name]) => name),
  );

  // Another process may be doing the same: whoever renames first wins.
  const draft = `${folder}.${randomUUID()}`;
  await mkdir(draft, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('.js')) await writeFile(join(draft, name.replace(/js$/, 'mjs')), content);
    if (name.endsWith('.wasm')) await writeFile(join(draft, name), limitMemory(content));
  }
  await rename(draft, folder).catch(() => rm(draft, { recursive: true }));
  return readdir(folder);
}

/**
 * @param {string[]} imports
 * @param {string[]} exports
 */
function checkWorld(imports, exports) {
  const version = exports.find((name) => name.startsWith(`${EXPORT}@`))?.split('@')[1];
  if (version === undefined) {
    throw new UnusableComponent(`the component is for another world: it does not export ${EXPORT}`);
  }
  if (!version.startsWith(`${VERSION}.`)) {
    throw new UnusableComponent(
      `the component speaks erp:integration ${version}, this host speaks ${VERSION}.x`,
    );
  }
  const unknown = imports.filter((name) => !IMPORTS.includes(name));
  if (unknown.length > 0) {
    throw new UnusableComponent(`the component is for another world: it imports ${unknown.join(', ')}`);
  }
}

/** What an older jco wrote is not used by a newer one. */
async function jcoVersion() {
  const own = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
  return own.dependencies['@bytecodealliance/jco'];
}
