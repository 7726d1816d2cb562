// A host's process for the kit: checks what it is told to, until it is killed. Arguments: the probe, the folder, and
// the registration in JSON.

import { Host, Registration } from '../index.js';

/**
 * A host of the probe, registered at the kit's server.
 *
 * @param {string} component
 * @param {string} folder
 * @param {{ registration: any, endpoints: Record<string, string> }} told
 */
export function startAtKit(component, folder, { registration, endpoints }) {
  const { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri } = registration;
  const { scopes, options } = registration;
  const app = new Registration({ clientId, clientSecret, redirectUri, scopes, options, endpoints });
  return Host.start({ component, folder, registration: app });
}

if (process.argv[1] === import.meta.filename) {
  const [, , component, folder, told] = /** @type {[string, string, string, string, string]} */ (process.argv);
  const host = await startAtKit(component, folder, JSON.parse(told));
  const connection = host.connection('kit');
  await connection.configure([['kill', 'true']], 'en');
  await connection.checkAccess();
}
