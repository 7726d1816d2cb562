// The journey against oidc-provider, an authorization server that nobody here wrote.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Registration } from '../index.js';
import { Browser } from './browser.js';
import { environment, refusal, startHost, startProgram, temporaryFolder } from './support.js';

/** @import { TestContext } from 'node:test' */

const REDIRECT_URI = 'https://erp.example/callback';
const SCOPES = ['companyinformation', 'customer', 'project'];
// Read as form-encoded it is another one.
const CLIENT = { client_id: 'fortnox-app', client_secret: 's3cret+/:%26&', redirect_uri: REDIRECT_URI };

/** @param {TestContext} t */
async function setUp(t) {
  const script = join(import.meta.dirname, '../../../node/provider.mjs');
  const setup = JSON.stringify({ ...CLIENT, scope: SCOPES.join(' '), pkce: true, services: true });
  const line = await startProgram(t, environment('TESTS_NODE'), [script, setup], (text) =>
    text.endsWith('\n'),
  );
  const endpoints = JSON.parse(line);
  const registration = (/** @type {'form' | 'raw'} */ basic) =>
    new Registration({
      clientId: CLIENT.client_id,
      clientSecret: CLIENT.client_secret,
      redirectUri: REDIRECT_URI,
      scopes: SCOPES,
      endpoints,
      basic,
    });
  return { endpoints, registration };
}

/**
 * Answers the dialog; returns the query that comes back.
 *
 * @param {string} url
 * @param {Record<string, string>} answer
 */
async function visit(url, answer) {
  const browser = new Browser();
  const page = await browser.open(new URL(url));
  assert('text' in page);
  const end = await browser.open(page.url, answer);
  assert('returned' in end);
  assert.equal(end.returned.origin + end.returned.pathname, REDIRECT_URI);
  return end.returned.search.slice(1);
}

const APPROVE = { login: 'exempel', decision: 'approve' };

for (const account of ['user', 'service']) {
  test(`the journey of a ${account} account`, async (t) => {
    const { endpoints, registration } = await setUp(t);
    const host = await startHost(t, { folder: temporaryFolder(), registration: registration('form') });
    const acme = host.connection('acme');
    await acme.configure(
      [
        ['customers', 'true'],
        ['account', account],
      ],
      'en',
    );

    const declined = await acme.beginAuthorize();
    const refused = await visit(declined.url, { decision: 'cancel' });
    await assert.rejects(
      acme.handleCallback(refused, declined.binding),
      refusal('callback-rejected', 'user-declined'),
    );

    const { url, binding } = await acme.beginAuthorize();
    await acme.handleCallback(await visit(url, APPROVE), binding);
    const { stage, grant } = await acme.status('en');
    assert.equal(stage, 'authorized');
    assert.deepEqual(grant?.organization, { id: '1000001', name: 'Exempel AB', number: '556000-0001' });
    await acme.setEnabled(true);

    const status = async (/** @type {string} */ token) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${endpoints.api}/3/companyinformation`, { headers })).status;
    };
    const { value } = await acme.accessToken();
    assert.equal(await status(value), 200);
    const renewed = await acme.accessToken(value);
    assert.notEqual(renewed.value, value);
    assert.equal(await status(renewed.value), 200);

    assert.equal((await acme.remove('en')).revoked, true);
    if (account === 'user') assert.equal(await status(renewed.value), 401);
  });
}

test('a secret in the wrong dialect is for the operator to mend', async (t) => {
  const { registration } = await setUp(t);
  const host = await startHost(t, { folder: temporaryFolder(), registration: registration('raw') });
  const acme = host.connection('acme');
  await acme.configure([['customers', 'true']], 'en');
  const { url, binding } = await acme.beginAuthorize();
  const query = await visit(url, APPROVE);
  await assert.rejects(
    acme.handleCallback(query, binding),
    refusal('misconfigured', 'client-credentials-refused'),
  );
});
