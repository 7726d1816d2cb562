// Where a plugin may send what. A request passes whole, or is `denied`.

import { isIP } from 'node:net';
import { ImportError } from '../errors.js';

/** @import { Descriptor, HttpRequest } from '../contract.js' */
/** @import { Registration } from '../registration.js' */

/**
 * What is granted. Holds the client's credentials, so it goes to the thread that sends and nowhere else.
 *
 * @typedef {object} Grants
 * @property {string[]} origins that may be reached
 * @property {string[]} clientOrigins that may also get the client's credentials
 * @property {string} [clientCredentials] the value of `Authorization`
 */

/**
 * A request as it goes out.
 *
 * @typedef {object} Outgoing
 * @property {URL} url
 * @property {string} method
 * @property {[string, string][]} headers with the credentials
 * @property {Uint8Array} body
 * @property {number} timeout milliseconds
 */

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const MOST_HEADERS = 32;
const MOST_HEADER_CHARACTERS = 16 * 1024;
const LARGEST_BODY = 1024 * 1024;
const LONGEST_TIMEOUT = 60_000;

/** Credentials, fields that the host sets, and hop-by-hop fields (RFC 9110 section 7.6.1). */
const FORBIDDEN = [
  ...['authorization', 'proxy-authorization', 'cookie', 'host', 'content-length', 'user-agent', 'expect'],
  ...['connection', 'proxy-connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
];

/**
 * Grants what a plugin asks for, which has to be among `allowed` where the operator says so. Where the
 * operator names endpoints, exactly these are granted instead: nothing of one server may go to another.
 *
 * @param {Descriptor} descriptor
 * @param {Registration | undefined} registration
 * @param {string[]} [allowed]
 * @returns {Grants}
 */
export function grant(descriptor, registration, allowed) {
  const clientCredentials = registration?.clientCredentials();
  const { token, revoke, api } = registration?.endpoints ?? {};
  if (token || revoke || api) {
    const clientOrigins = [token, revoke].filter((url) => url !== undefined).map(operatorOrigin);
    return {
      origins: api ? [...clientOrigins, operatorOrigin(api)] : clientOrigins,
      clientOrigins,
      clientCredentials,
    };
  }
  const origins = descriptor.origins.map(({ url }) => pluginOrigin(url));
  const excess = origins.filter((origin) => allowed && !allowed.map(pluginOrigin).includes(origin));
  if (excess.length > 0) throw new Error(`the plugin asks for ${excess}, which the operator does not grant`);
  // Which of them has the token endpoint is the plugin's knowledge.
  return { origins, clientOrigins: origins, clientCredentials };
}

/**
 * Checks a plugin's request against what is granted.
 *
 * @param {HttpRequest} request
 * @param {Grants} grants
 * @returns {Outgoing}
 */
export function check({ method, uri, headers, authorization, body, timeout }, grants) {
  const url = checkUri(uri, grants.origins);
  if (!METHODS.includes(method)) throw denied('the method is not allowed');
  if (body.length > LARGEST_BODY) throw denied('the body is too large');
  const size = headers.flat().reduce((sum, text) => sum + text.length, 0);
  if (headers.length > MOST_HEADERS || size > MOST_HEADER_CHARACTERS) {
    throw denied('there are too many headers, or too large ones');
  }
  for (const [name, value] of headers) {
    if (FORBIDDEN.includes(name.toLowerCase())) throw denied('a header is not for the plugin to set');
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) throw denied('not a header');
  }
  const credentials = checkAuthorization(authorization, url.origin, grants);
  return {
    url,
    method,
    headers: credentials === undefined ? headers : [...headers, ['authorization', credentials]],
    body,
    timeout: Math.min(timeout, LONGEST_TIMEOUT),
  };
}

/**
 * @param {string} uri
 * @param {string[]} origins
 */
function checkUri(uri, origins) {
  // The parser drops or bends some characters that no URI has.
  if (!/^[!-[\]-~]+$/.test(uri) || !URL.canParse(uri)) throw denied('not an absolute URI');
  const url = new URL(uri);
  if (url.username || url.password || uri.includes('#')) throw denied('the URI has userinfo or a fragment');
  if (!origins.includes(url.origin)) throw denied('the origin of the URI is not granted');
  return url;
}

/**
 * @param {HttpRequest['authorization']} authorization
 * @param {string} origin
 * @param {Grants} grants
 */
function checkAuthorization(authorization, origin, { clientOrigins, clientCredentials }) {
  switch (authorization.tag) {
    case 'none':
      return undefined;
    case 'client':
      if (!clientOrigins.includes(origin)) throw denied('the client credentials do not go to this origin');
      if (clientCredentials === undefined) throw denied('there are no client credentials');
      return clientCredentials;
    case 'bearer':
      if (!/^[!-~]+$/.test(authorization.val)) throw denied('not a bearer token');
      return `Bearer ${authorization.val}`;
  }
}

/** `https`, or `http` with a loopback IP literal. @param {string} text */
function operatorOrigin(text) {
  const url = new URL(text);
  const isLoopback = /^127\.\d+\.\d+\.\d+$/.test(url.hostname) || url.hostname === '[::1]';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)) return url.origin;
  throw new Error(`the endpoint ${url.origin} is neither https nor a loopback address`);
}

/** `https` and a name: an address inside the host's own network is not for a plugin to ask for. @param {string} text */
function pluginOrigin(text) {
  const url = new URL(text);
  const isBare = url.href === `${url.origin}/`;
  if (url.protocol === 'https:' && isBare && isIP(url.hostname) === 0 && !url.hostname.startsWith('['))
    return url.origin;
  throw new Error(`${text} is not an https origin with a name`);
}

/** @param {string} reason */
const denied = (reason) => new ImportError('denied', reason);
