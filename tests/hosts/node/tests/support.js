// What the tests need: the environment, folders that go away, servers on loopback, and patience.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Host } from '../index.js';

process.setMaxListeners(100); // a folder each

/** @import { TestContext } from 'node:test' */
/** @import { Socket } from 'node:net' */
/** @import { IntegrationError } from '../contract.js' */

/** @param {'TESTS_COMPONENT' | 'TESTS_HARNESS' | 'TESTS_NODE'} name */
export function environment(name) {
  const value = process.env[name];
  assert(value, `${name} is not set: it names what these tests need`);
  return value;
}

/** A folder that goes away with the process, after everything that uses it. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'integration-host-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A host that ends with the test.
 *
 * @param {TestContext} t
 * @param {Omit<Parameters<typeof Host.start>[0], 'component'>} options
 */
export async function startHost(t, options) {
  const host = await Host.start({ component: environment('TESTS_COMPONENT'), ...options });
  t.after(() => host.close());
  return host;
}

/**
 * A server that ends with the test; returns its origin.
 *
 * @param {TestContext} t
 * @param {import('node:net').Server} server
 */
export async function listen(t, server) {
  /** @type {Set<Socket>} */
  const sockets = new Set();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}

/**
 * A server that does what it likes once a request's head has come; `requests` are the texts that came.
 *
 * @param {TestContext} t
 * @param {(socket: Socket) => void} behave
 */
export async function rawServer(t, behave) {
  /** @type {string[]} */
  const requests = [];
  const server = createServer((socket) => {
    let text = '';
    socket.on('data', (data) => {
      const hadHead = text.includes('\r\n\r\n');
      text += data.toString('latin1');
      if (hadHead || !text.includes('\r\n\r\n')) return;
      requests.push(text);
      behave(socket);
    });
  });
  return { origin: await listen(t, server), requests };
}

/**
 * Starts a program that ends with the test; resolves once `isReady` holds for what it has printed.
 *
 * @param {TestContext} t
 * @param {string} program
 * @param {string[]} args
 * @param {(text: string) => boolean} isReady
 * @returns {Promise<string>}
 */
export function startProgram(t, program, args, isReady) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => isReady((text += data)) && resolve(text));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}: ${text}`)));
  });
}

/**
 * Waits until a condition holds.
 *
 * @template T
 * @param {() => T} condition
 * @returns {Promise<T>}
 */
export async function until(condition) {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const result = condition();
    if (result) return result;
    assert(performance.now() < deadline, `in vain: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * What `assert.rejects` takes for an error of the plugin.
 *
 * @param {IntegrationError['tag']} name
 * @param {unknown} [payload]
 */
export function refusal(name, payload) {
  return payload === undefined
    ? { name: 'PluginError', case: name }
    : { name: 'PluginError', case: name, payload };
}
