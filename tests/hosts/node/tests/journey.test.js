// The whole journey, against the look-alike of the provider: a system administrator connects a company.

import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { Log, Registration, Storage } from '../index.js';
import { Browser, form } from './browser.js';
import { environment, refusal, startHost, startProgram, temporaryFolder } from './support.js';

/** @import { TestContext } from 'node:test' */
/** @import { Connection } from '../index.js' */
/** @import { Setting } from '../contract.js' */

/** The look-alike, and this host's registration there. @param {TestContext} t */
async function startProvider(t) {
  const arguments_ = ['simulate', '--listen', '127.0.0.1:0'];
  const text = await startProgram(t, environment('TESTS_HARNESS'), arguments_, (text) =>
    /^# Log in/m.test(text),
  );
  const members = [...text.matchAll(/^(\w+) = (.*)$/gm)].map(([, name, value]) => [name, JSON.parse(value)]);
  const {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uri: redirectUri,
    scopes,
    ...endpoints
  } = Object.fromEntries(members);
  return new Registration({ clientId, clientSecret, redirectUri, scopes, endpoints, basic: 'raw' });
}

/**
 * Logs in, picks the company and decides; returns the query that comes back.
 *
 * @param {string} url
 * @param {string} login
 * @param {'approve' | 'cancel'} [decision]
 */
async function visit(url, login, decision = 'approve') {
  const browser = new Browser();
  /** @type {Record<string, Record<string, string>>} */
  const answers = { login: { login }, company: { company: '1234567' }, consent: { decision } };
  let arrival = await browser.open(new URL(url));
  while ('text' in arrival) {
    const { id = 'no form', fields } = form(arrival.text);
    assert(answers[id], arrival.text);
    arrival = await browser.open(arrival.url, { ...fields, ...answers[id] });
    delete answers[id];
  }
  return arrival.returned.search.slice(1);
}

/** @param {TestContext} t */
async function setUp(t) {
  const folder = temporaryFolder();
  const registration = await startProvider(t);
  const host = await startHost(t, { folder, registration });
  return { folder, registration, host, acme: host.connection('Acme AB', 'anna') };
}

/**
 * @param {Connection} connection
 * @param {string} account
 */
async function authorized(connection, account) {
  await connection.configure(
    [
      ['customers', 'true'],
      ['account', account],
    ],
    'en',
  );
  const { url, binding } = await connection.beginAuthorize();
  await connection.handleCallback(await visit(url, 'anna.admin'), binding);
  await connection.setEnabled(true);
}

test('the whole journey of a service account', async (t) => {
  const { folder, acme, host } = await setUp(t);

  const descriptor = await acme.describe('sv');
  assert.equal(descriptor.id, 'fortnox');
  assert(descriptor.form.some(({ key, kind }) => key === 'customers' && kind.tag === 'toggle'));
  assert.equal(await acme.explain('no-such-code', 'en'), undefined);
  assert.equal((await acme.explain('user-declined', 'en'))?.remedies[0].who, 'administrator');

  assert.equal((await acme.status('en')).stage, 'unconfigured');
  await assert.rejects(acme.beginAuthorize(), refusal('rejected', 'unconfigured'));
  const problems = await acme
    .configure(
      [
        ['customers', 'maybe'],
        ['colour', 'blue'],
      ],
      'en',
    )
    .catch((error) => error.payload);
  assert.deepEqual(
    problems.map((/** @type {any} */ { key }) => key),
    ['customers', 'colour'],
  );
  /** @type {Setting[]} */
  const settings = [
    ['customers', 'true'],
    ['projects', 'true'],
    ['account', 'service'],
    ['language', 'en'],
  ];
  await acme.configure(settings, 'en');
  assert.equal((await acme.status('en')).stage, 'unauthorized');

  const begun = await acme.beginAuthorize();
  assert.equal((await acme.status('en')).stage, 'authorizing');
  const query = await visit(begun.url, 'anna.admin');
  assert.equal(new URLSearchParams(query).get('state'), begun.state);
  await assert.rejects(
    acme.handleCallback(query, 'another browser'),
    refusal('callback-rejected', 'state-rejected'),
  );
  await acme.handleCallback(query, begun.binding);
  await assert.rejects(
    acme.handleCallback(query, begun.binding),
    refusal('callback-rejected', 'state-rejected'),
  );

  const report = await acme.status('en');
  assert.equal(report.stage, 'authorized');
  assert.equal(report.grant?.organization?.name, 'Exempel AB');
  assert.deepEqual(report.grant?.condition, { tag: 'good' });
  const access = await acme.checkAccess();
  assert.deepEqual(
    access.map(({ area, verdict }) => `${area} ${verdict}`),
    ['customers granted', 'projects granted'],
  );

  await assert.rejects(acme.accessToken(), refusal('rejected', 'disabled'));
  await acme.setEnabled(true);
  const [token, same] = await Promise.all([acme.accessToken(), acme.accessToken()]);
  assert.equal(same, token);
  assert.equal((await acme.accessToken()).value, token.value);
  const renewed = await acme.accessToken(token.value);
  assert.notEqual(renewed.value, token.value);

  const get = { method: 'GET', path: '/3/customers', headers: [], body: new Uint8Array(), timeout: 20_000 };
  const answer = await acme.call(get);
  assert.equal(answer.status, 200);
  assert('Customers' in JSON.parse(Buffer.from(answer.body).toString()));
  await assert.rejects(
    acme.call({ ...get, path: '//elsewhere.example/' }),
    refusal('rejected', 'call-invalid'),
  );

  assert((await acme.maintain()) > BigInt(Math.floor(Date.now() / 1000)));
  const bundle = await acme.diagnostics();
  JSON.parse(bundle);
  assert(!bundle.includes(renewed.value));
  assert.equal((await host.connection('Other AB').status('en')).stage, 'unconfigured', 'companies are apart');

  assert.equal((await acme.remove('en')).revoked, true);
  assert.equal((await acme.status('en')).stage, 'unconfigured');
  const storage = new Storage(folder);
  t.after(() => storage.close());
  assert.deepEqual(storage.database.prepare('SELECT key FROM cell').all(), []);
  const log = new Log(storage.database).newest('Acme AB');
  assert.equal(log[0].context, 'integration.removed');
  assert(log.some(({ context, actor }) => context === 'authorization.succeeded' && actor === 'anna'));
});

test('a user account is renewed by its refresh token, also by many at the same time', async (t) => {
  const { acme } = await setUp(t);
  await authorized(acme, 'user');
  assert((await acme.status('en')).grant?.renewBy);
  const { value } = await acme.accessToken();
  const answers = await Promise.all([
    acme.accessToken(value),
    acme.accessToken(value),
    acme.accessToken(value),
  ]);
  assert.equal(new Set(answers.map((token) => token.value)).size, 1);
  assert.notEqual(answers[0].value, value);
  assert.equal((await acme.status('en')).stage, 'authorized');
  assert.equal((await acme.remove('en')).revoked, true);
});

test('whoever cancels is told, and may begin again', async (t) => {
  const { acme } = await setUp(t);
  await acme.configure([['customers', 'true']], 'en');
  const begun = await acme.beginAuthorize();
  const query = await visit(begun.url, 'anna.admin', 'cancel');
  await assert.rejects(
    acme.handleCallback(query, begun.binding),
    refusal('callback-rejected', 'user-declined'),
  );
  assert.equal((await acme.status('en')).attempt?.failure, 'user-declined');
  await authorized(acme, 'service');
  assert.equal((await acme.status('en')).stage, 'authorized');
});

test('a wrong state or query changes nothing, whosever it is', async (t) => {
  const { acme, host } = await setUp(t);
  const other = host.connection('Other AB');
  for (const one of [acme, other]) await one.configure([['customers', 'true']], 'en');
  const begun = await acme.beginAuthorize();
  const crossed = await other.beginAuthorize();
  const query = await visit(begun.url, 'anna.admin');
  const rejected = refusal('callback-rejected', 'state-rejected');
  await assert.rejects(
    acme.handleCallback(query.replace(/state=[^&]*/, 'state=wrong'), begun.binding),
    rejected,
  );
  await assert.rejects(other.handleCallback(query, begun.binding), rejected);
  await assert.rejects(other.handleCallback(query, crossed.binding), rejected);
  await acme.handleCallback(query, begun.binding);
});

test('no secret is printed or serialized', async (t) => {
  const { registration, acme } = await setUp(t);
  const printed = (/** @type {object} */ value) =>
    inspect(value, { depth: 9 }) + JSON.stringify(value, String);
  assert(!inspect(registration, { depth: 9, showHidden: true }).includes('SimHemlig1'));
  assert(!printed(registration).includes('SimHemlig1'));
  assert(!printed(registration.app).includes('SimHemlig1'));
  await acme.configure([['customers', 'true']], 'en');
  const { state, binding, url } = await acme.beginAuthorize();
  const begun = printed(await acme.beginAuthorize());
  assert(state && binding && url && !/state|binding|http/.test(begun), begun);
  await authorized(acme, 'service');
  const token = printed(await acme.accessToken());
  assert(!/value/.test(token), token);
});
