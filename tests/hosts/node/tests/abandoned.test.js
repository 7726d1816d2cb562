// An exchange runs to its end, `keep` included, even when the call that asked for it is gone.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Registration, Storage } from '../index.js';
import { listen, startHost, temporaryFolder, until } from './support.js';

/** @import { ServerResponse } from 'node:http' */

test('the answer to a code exchange outlives the call, and the next call goes on from there', async (t) => {
  /** @type {ServerResponse[]} */
  const waiting = [];
  const origin = await listen(
    t,
    createServer((request, response) => {
      if (request.url === '/token') return waiting.push(response);
      const CompanyInformation = {
        CompanyName: 'Exempel AB',
        OrganizationNumber: '556000-0001',
        DatabaseNumber: 1,
      };
      return response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ CompanyInformation }));
    }),
  );
  const folder = temporaryFolder();
  const registration = new Registration({
    clientId: 'id',
    clientSecret: 'secret',
    redirectUri: 'https://erp.example/callback',
    scopes: ['companyinformation', 'customer', 'project'],
    endpoints: { authorize: `${origin}/authorize`, token: `${origin}/token`, api: `${origin}/` },
  });
  const acme = (await startHost(t, { folder, registration })).connection('acme');
  const hasty = (await startHost(t, { folder, registration, deadline: 4000 })).connection('acme');
  await acme.configure(
    [
      ['customers', 'true'],
      ['account', 'user'],
    ],
    'en',
  );
  const { state, binding } = await acme.beginAuthorize();
  const query = new URLSearchParams({ code: 'code', state }).toString();

  await hasty.status('en'); // its thread is warm
  await assert.rejects(hasty.handleCallback(query, binding), {
    name: 'CallFailed',
    message: /took too long/,
  });
  assert.equal(waiting.length, 1);
  const tokens = { access_token: 'access', refresh_token: 'refresh', token_type: 'bearer', expires_in: 3600 };
  waiting[0].end(JSON.stringify({ ...tokens, scope: 'companyinformation customer project' }));

  const storage = new Storage(folder);
  t.after(() => storage.close());
  const answers = storage.database.prepare("SELECT key FROM cell WHERE key LIKE 'answer-%'");
  await until(() => answers.get());
  await acme.handleCallback(query, binding);
  assert.equal((await acme.status('en')).grant?.organization?.name, 'Exempel AB');
  assert.equal(waiting.length, 1);
});
