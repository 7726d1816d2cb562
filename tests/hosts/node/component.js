// From a file to something that can be instantiated: checked, translated by jco, limited, and compiled once.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cutShort, number, sections } from './binary.js';
import { UnusableComponent } from './errors.js';
import { limitMemory } from './memory.js';
import { EXPORTS, IMPORTS, camel, kebab } from './signatures.js';

/** @import { Exports, Imports } from './contract.js' */

/**
 * A plugin, ready to be instantiated. Can be posted to a worker thread, which then shares the compiled code.
 *
 * @typedef {object} Plugin
 * @property {string} script URL of what jco wrote
 * @property {Map<string, WebAssembly.Module>} modules the core modules by jco's names
 */

const EXPORT = 'erp:integration/integration';
/** What this host has of each package; later patches are the same to it. @type {Record<string, string>} */
const VERSIONS = { 'erp:integration': '0.1', 'wasi:clocks': '0.2', 'wasi:random': '0.2' };
const IMPORT_SECTION = 10; // component model, Binary.md

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
  if (component.length < 8) {
    throw cutShort();
  }
  if (component.readUInt16LE(6) === 0) {
    throw new UnusableComponent('the file is a core module, not a component');
  }
  // Before jco, which runs out of stack where interfaces of two versions share types.
  for (const name of importNames(component)) checkImport(name);
  // Large, and needed only here: neither for a translation that is there, nor in the threads that calls run in.
  const { transpile } = await import('@bytecodealliance/jco');
  const options = /** @type {const} */ ({ name: 'plugin', instantiation: 'sync' });
  const { files, exports } = await transpile(component, options).catch((error) => {
    throw new UnusableComponent(`the component is damaged: ${error.message.replace(/\s+/g, ' ')}`);
  });
  const exported = exports.map(([name]) => name).find((name) => name.split('@')[0] === EXPORT);
  if (exported === undefined) {
    throw new UnusableComponent(`the component is for another world: it does not export ${EXPORT}`);
  }
  checkVersion('exports', exported);
  checkFunctions(files);

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
 * The names of the interfaces that a component imports.
 *
 * @param {Uint8Array} component
 */
function* importNames(component) {
  for (const { id, content } of sections(component)) {
    if (id !== IMPORT_SECTION) continue;
    let [count, at] = number(content, 0);
    for (; count > 0; count--) {
      const [length, start] = number(content, at + 1);
      yield Buffer.from(content.subarray(start, start + length)).toString();
      [, at] = number(content, start + length + 1); // an instance, of the type with this number
    }
  }
}

/** @param {string} name */
function checkImport(name) {
  if (!Object.hasOwn(IMPORTS, name.split('@')[0])) {
    const shown = JSON.stringify(name.slice(0, 80)); // of a damaged file it is anything
    throw new UnusableComponent(`the component is for another world: it imports ${shown}`);
  }
  checkVersion('imports', name);
}

/**
 * @param {'exports' | 'imports'} does
 * @param {string} name of an interface, with its version
 */
function checkVersion(does, name) {
  const [id, version = ''] = name.split('@');
  const own = VERSIONS[id.split('/')[0]];
  if (version.startsWith(`${own}.`) && /^\d+\.\d+\.\d+$/.test(version)) return;
  const isNewer = version.localeCompare(own, 'en', { numeric: true }) > 0;
  const hint = isNewer ? '; it was built for a newer contract' : '';
  throw new UnusableComponent(`the component ${does} ${name}, this host has ${own}.x${hint}`);
}

/**
 * The functions by the declarations that jco writes for each interface.
 *
 * @param {Record<string, Uint8Array>} files
 */
function checkFunctions(files) {
  for (const [path, content] of Object.entries(files)) {
    const declarations = Buffer.from(content).toString();
    const name = path.startsWith('interfaces/') && declarations.match(/@module Interface (\S+)/)?.[1];
    if (!name) continue;
    const found = [...declarations.matchAll(/^export (?:function |\{ \w+ as )(\w+)/gm)].map(([, it]) => it);
    const [id] = name.split('@');
    const lacking = id === EXPORT && Object.keys(EXPORTS).find((it) => !found.includes(camel(it)));
    if (lacking) throw new UnusableComponent(`the component does not export ${lacking} of ${name}`);
    const own = IMPORTS[id];
    const foreign = own && found.map(kebab).find((it) => !Object.hasOwn(own, it));
    if (foreign) {
      const hint = 'it may have been built for a newer contract';
      throw new UnusableComponent(
        `the component imports ${foreign} of ${name}, which this host does not have; ${hint}`,
      );
    }
  }
}

/** What an older jco wrote is not used by a newer one. */
async function jcoVersion() {
  const own = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
  return own.dependencies['@bytecodealliance/jco'];
}
