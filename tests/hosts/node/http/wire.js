// One request on the wire: connected, sent at most once, and its answer read whole.
//
// node:http follows no redirect and repeats nothing. Each request has a connection of its own, so that none
// meets one that the server is just closing, and so that it is known what was sent: nothing before the
// connection stands. No agent takes part, hence no proxy from the environment either.

import { request as httpRequest } from 'node:http';
import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { ImportError } from '../errors.js';
import { LARGEST } from '../storage/storage.js';

/** @import { IncomingMessage } from 'node:http' */
/** @import { Socket } from 'node:net' */
/** @import { Field } from '../contract.js' */
/** @import { Outgoing } from './policy.js' */

/** What arrived, and why it is not the whole when it is not. */
/** @typedef {{ status: number, headers: Field[], body: Uint8Array, broken?: string }} Answer */

const LARGEST_HEAD = 32 * 1024;
const USER_AGENT = 'erp-integration-host/0.1';
const TIME_OVER = 'its time is over';

/**
 * Sends a request once `mayGo`, which is called as late as possible, does not throw.
 *
 * @param {Outgoing} outgoing
 * @param {() => void} mayGo
 * @returns {Promise<Answer>}
 */
export async function send(outgoing, mayGo) {
  const over = new AbortController();
  // A process that was stopped meanwhile first reads what has arrived, and only then looks at the clock.
  const clock = setTimeout(() => setImmediate(() => over.abort()), outgoing.timeout);
  const until = performance.now() + outgoing.timeout;
  const socket = open(outgoing.url);
  over.signal.addEventListener('abort', () => socket.destroy(new Error(TIME_OVER)));
  try {
    await connected(socket, outgoing.url);
    mayGo();
    if (performance.now() >= until) throw new ImportError('not-sent', TIME_OVER);
    return await exchange(socket, outgoing);
  } finally {
    clearTimeout(clock);
    socket.destroy();
  }
}

/** @param {URL} url */
function open({ protocol, hostname, port }) {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') return connectPlain({ host, port: Number(port || 80) });
  const servername = isIP(host) ? '' : host;
  // Certificates are checked, whatever the environment says.
  return connectSecure({ host, servername, port: Number(port || 443), rejectUnauthorized: true });
}

/**
 * @param {Socket} socket
 * @param {URL} url
 */
function connected(socket, url) {
  return new Promise((resolve, reject) => {
    socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', resolve);
    socket.on('error', (error) => reject(new ImportError('not-sent', reason(error))));
    socket.once('close', () => reject(new ImportError('not-sent', 'the connection was closed')));
  });
}

/**
 * From here on the server may have acted, whatever goes wrong.
 *
 * @param {Socket} socket
 * @param {Outgoing} outgoing
 * @returns {Promise<Answer>}
 */
function exchange(socket, { url, method, headers, body }) {
  return new Promise((resolve, reject) => {
    /** @type {IncomingMessage | undefined} */
    let incoming;
    /** @type {Uint8Array[]} */
    const chunks = [];
    let room = LARGEST;

    const end = (/** @type {string | undefined} */ broken) => {
      if (incoming === undefined) return reject(new ImportError('no-answer', broken ?? 'there was none'));
      const { statusCode = 0, rawHeaders } = incoming;
      // A copy: small buffers are views of a larger one, which must not travel along.
      resolve({
        status: statusCode,
        headers: pairs(rawHeaders),
        body: new Uint8Array(Buffer.concat(chunks)),
        broken,
      });
    };

    const path = url.pathname + url.search;
    const options = { createConnection: () => socket, method, path, maxHeaderSize: LARGEST_HEAD };
    const request = httpRequest(options);
    request.maxHeadersCount = 0; // all of them: their size is limited
    for (const [name, value] of headers) request.appendHeader(name, value);
    request.setHeader('host', url.host);
    request.setHeader('user-agent', USER_AGENT);
    const hasBody = body.length > 0 || !['GET', 'DELETE'].includes(method);
    if (hasBody) request.setHeader('content-length', body.length);
    request.on('error', (error) => end(reason(error)));
    request.on('close', () => end('the connection was closed'));
    request.on('response', (response) => {
      incoming = response;
      response.on('data', (/** @type {Buffer} */ chunk) => {
        chunks.push(chunk.subarray(0, room));
        if (chunk.length > room) end('its body is too large');
        room -= Math.min(room, chunk.length);
      });
      response.on('end', () => end(undefined));
      response.on('error', (error) => end(reason(error)));
    });
    request.end(body);
  });
}

/** A text without anything of the request. @param {NodeJS.ErrnoException} error */
const reason = (error) => error.code ?? error.message;

/** @param {string[]} raw */
const pairs = (raw) =>
  raw.flatMap((name, at) => (at % 2 ? [] : [/** @type {Field} */ ([name, raw[at + 1]])]));
