import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { CallFailed, PluginError } from '../errors.js';

/** @import { Plugin } from '../component.js' */
/** @import { App, Exports } from '../contract.js' */
/** @import { Subject } from '../log.js' */
/** @import { Answer, Call } from './thread.js' */

/** @typedef {{ folder: string, app?: App, sender: Worker }} Means what calls need besides the plugin */

const MOST_IDLE = 4;

/** Node warns of its SQLite in each thread; that it does so in the first is enough. */
export const QUIET = ['--disable-warning=ExperimentalWarning'];

/**
 * The threads that calls run in. There is one for each call under way, so that none waits for another's
 * provider; a few wait for the next. A thread whose call broke off is dropped.
 */
export class CallThreads {
  /** @type {Worker[]} */
  #idle = [];
  #plugin;
  #deadline;
  #means;

  /**
   * @param {Plugin} plugin
   * @param {number} deadline milliseconds
   * @param {Means} [means] without them only `describe` and `explain` can be called
   */
  constructor(plugin, deadline, means) {
    this.#plugin = plugin;
    this.#deadline = deadline;
    this.#means = means;
  }

  /**
   * @template {keyof Exports} F
   * @param {F} name
   * @param {Parameters<Exports[F]>} args
   * @param {Subject} [subject]
   * @returns {Promise<ReturnType<Exports[F]>>}
   */
  async run(name, args, subject) {
    const thread = this.#idle.pop() ?? this.#start();
    const answer = await ask(thread, { name, args, subject }, this.#deadline);
    if ('failed' in answer || this.#idle.length >= MOST_IDLE) await thread.terminate();
    else this.#idle.push(thread);
    if ('failed' in answer) throw new CallFailed(`${name} broke off: ${answer.failed}`);
    if ('refused' in answer) throw new PluginError(answer.refused);
    return /** @type {ReturnType<Exports[F]>} */ (answer.ok);
  }

  /** Ends the threads. No call may be under way. */
  async close() {
    await Promise.all(this.#idle.splice(0).map((thread) => thread.terminate()));
  }

  #start() {
    const script = new URL('thread.js', import.meta.url);
    const plugin = this.#plugin;
    if (this.#means === undefined) return new Worker(script, { execArgv: QUIET, workerData: { plugin } });
    const { folder, app, sender } = this.#means;
    const { port1, port2 } = new MessageChannel();
    const answered = new Int32Array(new SharedArrayBuffer(4));
    sender.postMessage({ port: port2, answered }, [port2]);
    const workerData = { plugin, capabilities: { folder, app, http: { port: port1, answered } } };
    return new Worker(script, { execArgv: QUIET, workerData, transferList: [port1] });
  }
}

/**
 * @param {Worker} thread
 * @param {Call} call
 * @param {number} deadline
 * @returns {Promise<Answer>}
 */
async function ask(thread, call, deadline) {
  const over = AbortSignal.timeout(deadline);
  try {
    const answer = once(thread, 'message', { signal: over });
    thread.postMessage(call);
    return (await answer)[0];
  } catch (error) {
    return { failed: over.aborted ? 'it took too long' : /** @type {Error} */ (error).message };
  }
}
