// The thread that sends. It outlives the threads that calls run in: an exchange under way goes on to its end
// when the call that asked for it is gone.

import { parentPort, workerData } from 'node:worker_threads';
import { ImportError } from '../errors.js';
import { Storage } from '../storage/storage.js';
import { Exchanges } from './exchanges.js';

/** @import { MessagePort } from 'node:worker_threads' */
/** @import { HttpError, HttpRequest, Response } from '../contract.js' */

/** @typedef {{ ok: Response } | { err: HttpError }} Answer */

const exchanges = new Exchanges(workerData.grants, new Storage(workerData.folder));

parentPort?.on('message', async (/** @type {Client | 'finish'} */ message) => {
  if (message !== 'finish') return serve(message);
  await exchanges.finish();
  process.exit(); // of this thread
});

parentPort?.postMessage('ready');

/** The way to this thread from one that calls run in. @typedef {{ port: MessagePort, answered: Int32Array }} Client */

/** @param {Client} client */
function serve({ port, answered }) {
  port.on('message', async (/** @type {{ scope?: string, request: HttpRequest }} */ { scope, request }) => {
    port.postMessage(await answer(scope, request));
    Atomics.store(answered, 0, 1);
    Atomics.notify(answered, 0);
  });
}

/**
 * @param {string | undefined} scope
 * @param {HttpRequest} request
 * @returns {Promise<Answer>}
 */
async function answer(scope, request) {
  try {
    return { ok: await exchanges.send(scope, request) };
  } catch (error) {
    if (error instanceof ImportError) return { err: error.payload };
    console.error('an exchange broke off:', error);
    return { err: { tag: 'other', val: 'the exchange broke off' } };
  }
}
