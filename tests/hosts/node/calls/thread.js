// A thread that calls run in, one after the other, each in a fresh instance.

import { parentPort, workerData } from 'node:worker_threads';
import { instantiator } from '../component.js';
import { ImportError } from '../errors.js';
import { Log } from '../log.js';
import { Storage } from '../storage/storage.js';
import { allImports, noImports } from './imports.js';

/** @import { App, Exports, IntegrationError } from '../contract.js' */
/** @import { Plugin } from '../component.js' */
/** @import { Client } from '../http/thread.js' */
/** @import { Subject } from '../log.js' */

/**
 * @typedef {object} Capabilities
 * @property {string} folder of the storage
 * @property {App} [app]
 * @property {Client} http
 */
/** @typedef {{ name: keyof Exports, args: unknown[], subject?: Subject }} Call */
/** @typedef {{ ok: unknown } | { refused: IntegrationError } | { failed: string }} Answer */

/** These make the connection where there is none. */
const ADDING = ['configure', 'beginAuthorize', 'setEnabled'];

/** @type {{ plugin: Plugin, capabilities?: Capabilities }} */
const { plugin, capabilities } = workerData;
const instantiate = await instantiator(plugin);
const storage = capabilities && new Storage(capabilities.folder);

parentPort?.on('message', (call) => parentPort?.postMessage(answer(call)));

/**
 * @param {Call} call
 * @returns {Answer}
 */
function answer({ name, args, subject }) {
  try {
    /** @type {string | undefined} */
    let scope;
    let imports = noImports();
    if (capabilities && storage && subject) {
      scope = storage.scope(subject.company, subject.plugin, ADDING.includes(name));
      const { app, http } = capabilities;
      imports = allImports({ app, http, storage, log: new Log(storage.database), subject, scope });
    }
    const run = /** @type {(...args: unknown[]) => unknown} */ (instantiate(imports)[name]);
    const ok = run(...args);
    if (name === 'remove' && scope !== undefined) storage?.erase(scope);
    return { ok };
  } catch (error) {
    // What jco throws for an error of the plugin has a payload; what the host's own parts throw is no such error.
    const { payload, message } = /** @type {Error & { payload?: IntegrationError }} */ (error);
    return payload && !(error instanceof ImportError) ? { refused: payload } : { failed: message };
  }
}
