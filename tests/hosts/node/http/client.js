import { receiveMessageOnPort } from 'node:worker_threads';
import { ImportError } from '../errors.js';

/** @import { HttpRequest, Response } from '../contract.js' */
/** @import { Answer, Client } from './thread.js' */

/**
 * Has a request sent by the thread that sends, and waits for the answer: a plugin's imports are synchronous.
 *
 * @param {Client} client
 * @param {string | undefined} scope
 * @param {HttpRequest} request
 * @returns {Response}
 */
export function sendAndWait({ port, answered }, scope, request) {
  Atomics.store(answered, 0, 0);
  port.postMessage({ scope, request });
  Atomics.wait(answered, 0, 0);
  /** @type {Answer} */
  const answer = receiveMessageOnPort(port)?.message;
  if ('ok' in answer) return answer.ok;
  throw new ImportError(answer.err.tag, answer.err.val);
}
