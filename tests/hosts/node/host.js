import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CallThreads, QUIET } from './calls/threads.js';
import { loadPlugin } from './component.js';
import { Connection } from './connection.js';
import { grant } from './http/policy.js';
import { Shared, Turns } from './queue.js';
import { Storage } from './storage/storage.js';

/** @import { Descriptor } from './contract.js' */
/** @import { Registration } from './registration.js' */

const DEADLINE = 150_000;

/** One plugin, and the connections of all companies through it. */
export class Host {
  #sender;
  #ended;

  /**
   * @param {Descriptor} descriptor
   * @param {CallThreads} threads
   * @param {Worker} sender
   */
  constructor(descriptor, threads, sender) {
    /** What the plugin is, in English. */
    this.descriptor = descriptor;
    this.threads = threads;
    this.turns = new Turns();
    this.shared = new Shared();
    this.#sender = sender;
    this.#ended = once(sender, 'exit');
  }

  /**
   * Loads a plugin and asks it what it is; grants are decided before anything else of it runs.
   *
   * @param {object} options
   * @param {string} options.component path of the component
   * @param {string} options.folder of the host's own: database, key, and the component as jco translated it
   * @param {Registration} [options.registration]
   * @param {string[]} [options.origins] what the operator allows the plugin to reach; all it asks for unless given
   * @param {number} [options.deadline] milliseconds of one call, waiting included
   */
  static async start({ component, folder, registration, origins, deadline = DEADLINE }) {
    const plugin = await loadPlugin(component, join(folder, 'components'));
    const before = new CallThreads(plugin, deadline);
    const descriptor = await before.run('describe', ['en']);
    await before.close();

    const grants = grant(descriptor, registration, origins);
    new Storage(folder).close(); // tells now what is wrong with it
    const script = new URL('http/thread.js', import.meta.url);
    const sender = new Worker(script, { execArgv: QUIET, workerData: { folder, grants } });
    await once(sender, 'message'); // ready, or it throws
    const threads = new CallThreads(plugin, deadline, { folder, app: registration?.app, sender });
    return new Host(descriptor, threads, sender);
  }

  /**
   * A company's connection. Cheap to make.
   *
   * @param {string} company
   * @param {string} [actor] who acts, for the company log
   */
  connection(company, actor) {
    return new Connection(this, { company, plugin: this.descriptor.id, actor });
  }

  /** Ends the threads, once the exchanges under way have ended. No call may be under way. */
  async close() {
    await this.threads.close();
    this.#sender.postMessage('finish');
    await this.#ended;
  }
}
