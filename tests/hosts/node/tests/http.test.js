import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Exchanges } from '../http/exchanges.js';
import { check, grant } from '../http/policy.js';
import { Registration } from '../index.js';
import { LARGEST, Storage } from '../storage/storage.js';
import { listen, rawServer, temporaryFolder, until } from './support.js';

/** @import { TestContext } from 'node:test' */
/** @import { Descriptor, HttpError, HttpRequest } from '../contract.js' */

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n';
const CREDENTIALS = 'Basic aWQ6c2VjcmV0';

/** What `assert.rejects` takes. @param {HttpError['tag']} tag */
const refused = (tag) => (/** @type {any} */ error) => error.payload?.tag === tag;

/**
 * @param {string} uri
 * @param {Partial<HttpRequest>} [change]
 * @returns {HttpRequest}
 */
function request(uri, change) {
  const body = new Uint8Array(Buffer.from('a=b'));
  return {
    method: 'POST',
    uri,
    headers: [],
    authorization: { tag: 'none' },
    body,
    timeout: 20_000,
    ...change,
  };
}

/**
 * @param {TestContext} t
 * @param {string} origin
 */
function setUp(t, origin) {
  const storage = new Storage(temporaryFolder());
  t.after(() => storage.close());
  const scope = /** @type {string} */ (storage.scope('acme', 'plugin', true));
  const grants = { origins: [origin], clientOrigins: [origin], clientCredentials: CREDENTIALS };
  const exchanges = new Exchanges(grants, storage);
  const send = (/** @type {Partial<HttpRequest>} */ change = {}) =>
    exchanges.send(scope, request(`${origin}/token`, change));
  const kept = (key = 'kept') =>
    Buffer.from(storage.cells(scope).find(key)?.value ?? []).toString() || undefined;
  return { storage, scope, cells: storage.cells(scope), exchanges, send, kept };
}

test('a request goes out as it is, with what the host sets, and its answer comes back as it is', async (t) => {
  const { origin, requests } = await rawServer(t, (socket) =>
    socket.end(
      'HTTP/1.1 404 Odd\r\nX-A: 1\r\nx-a: 2\r\ncontent-type: odd\r\ncontent-length: 2\r\n\r\n\xff!',
      'latin1',
    ),
  );
  const { send } = setUp(t, origin);
  const headers = /** @type {[string, string][]} */ ([
    ['X-B', '1'],
    ['x-b', '2'],
  ]);
  const answer = await send({ headers, authorization: { tag: 'client' } });
  const expected = [
    ['X-A', '1'],
    ['x-a', '2'],
    ['content-type', 'odd'],
    ['content-length', '2'],
  ];
  assert.deepEqual(answer, { status: 404, headers: expected, body: new Uint8Array([0xff, 0x21]) });
  const [head, body] = requests[0].split('\r\n\r\n');
  const [line, ...fields] = head.split('\r\n');
  assert.equal(line, 'POST /token HTTP/1.1');
  assert.deepEqual(fields.map((field) => field.toLowerCase()).sort(), [
    `authorization: ${CREDENTIALS.toLowerCase()}`,
    'connection: close',
    'content-length: 3',
    `host: ${new URL(origin).host}`,
    'user-agent: erp-integration-host/0.1',
    'x-b: 1',
    'x-b: 2',
  ]);
  assert.equal(body, 'a=b');
});

test('a redirect is an answer, and nobody follows it', async (t) => {
  const { origin, requests } = await rawServer(t, (socket) =>
    socket.end('HTTP/1.1 307 Moved\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n'),
  );
  assert.equal((await setUp(t, origin).send()).status, 307);
  assert.equal(requests.length, 1);
});

test('a proxy that the environment names is not used', async (t) => {
  const { origin } = await rawServer(t, (socket) => socket.end(`${OK}hello`));
  const { HTTP_PROXY, NODE_USE_ENV_PROXY } = process.env;
  Object.assign(process.env, { HTTP_PROXY: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1' });
  t.after(() =>
    Object.assign(process.env, {
      HTTP_PROXY: HTTP_PROXY ?? '',
      NODE_USE_ENV_PROXY: NODE_USE_ENV_PROXY ?? '',
    }),
  );
  assert.equal((await setUp(t, origin).send()).status, 200);
});

test('a closed port means not sent', async (t) => {
  const server = createServer();
  const origin = await listen(t, server);
  server.close();
  await assert.rejects(setUp(t, origin).send(), refused('not-sent'));
});

test('a TLS handshake that fails or never ends means not sent', async (t) => {
  const plain = await listen(t, createServer());
  const silent = (await rawServer(t, () => {})).origin;
  for (const origin of [plain, silent]) {
    const { send } = setUp(t, origin.replace('http:', 'https:'));
    await assert.rejects(send({ timeout: 200 }), refused('not-sent'));
  }
});

test('a connection that ends after the request means no answer, and the request is not repeated', async (t) => {
  for (const end of ['destroy', 'resetAndDestroy', 'end']) {
    const { origin, requests } = await rawServer(t, (socket) => /** @type {any} */ (socket)[end]());
    await assert.rejects(
      setUp(t, origin).send({ method: 'GET', body: new Uint8Array() }),
      refused('no-answer'),
      end,
    );
    assert.equal(requests.length, 1, end);
  }
});

test('what is no HTTP, or has too large a head, is no answer', async (t) => {
  for (const text of ['nonsense\r\n\r\n', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`]) {
    const { origin } = await rawServer(t, (socket) => socket.end(text));
    await assert.rejects(setUp(t, origin).send(), refused('no-answer'));
  }
});

test('one deadline is for the whole exchange, slow bodies included; the part that came is kept', async (t) => {
  const { origin } = await rawServer(t, (socket) => {
    socket.write(OK);
    const timer = setInterval(() => socket.write('.'), 150);
    socket.on('close', () => clearInterval(timer));
  });
  const { send, kept } = setUp(t, origin);
  const started = performance.now();
  await assert.rejects(send({ timeout: 400, keep: 'kept' }), refused('no-answer'));
  assert(performance.now() - started < 5000);
  assert.match(kept() ?? '', /^\.{1,4}$/);
});

test('a server that says nothing means no answer, and nothing is kept', async (t) => {
  const { origin } = await rawServer(t, () => {});
  const { send, kept } = setUp(t, origin);
  await assert.rejects(send({ timeout: 200, keep: 'kept' }), refused('no-answer'));
  assert.equal(kept(), undefined);
});

test('a body that breaks off is no answer; what came of it is kept', async (t) => {
  for (const end of ['end', 'destroy']) {
    const { origin } = await rawServer(t, (socket) =>
      socket.write(`${OK}he`, () => /** @type {any} */ (socket)[end]()),
    );
    const { send, kept } = setUp(t, origin);
    await assert.rejects(send({ keep: 'kept' }), refused('no-answer'), end);
    assert.equal(kept(), 'he', end);
  }
});

test('a body beyond the cap is no answer; it is kept up to the cap', async (t) => {
  const { origin } = await rawServer(t, (socket) =>
    socket.end(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(LARGEST + 1)}`),
  );
  const { send, kept } = setUp(t, origin);
  await assert.rejects(send({ keep: 'kept' }), refused('no-answer'));
  assert.equal(kept()?.length, LARGEST);
});

test('a body as large as the cap is returned and kept', async (t) => {
  const { origin } = await rawServer(t, (socket) =>
    socket.end(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(LARGEST)}`),
  );
  const { send, kept } = setUp(t, origin);
  assert.equal((await send({ keep: 'kept' })).body.length, LARGEST);
  assert.equal(kept()?.length, LARGEST);
});

test('a guard at another version, or too old, or gone, means not sent', async (t) => {
  const { origin, requests } = await rawServer(t, (socket) => socket.end(`${OK}hello`));
  const { storage, send, cells } = setUp(t, origin);
  const version = cells.put('grant', new Uint8Array(), { tag: 'always' });
  const guard = { key: 'grant', version, maxAge: 60_000 };
  assert.equal((await send({ guard })).status, 200);
  await assert.rejects(send({ guard: { ...guard, version: 'x' } }), refused('not-sent'));
  await assert.rejects(send({ guard: { ...guard, key: 'gone' } }), refused('not-sent'));
  storage.database.exec('UPDATE cell SET since_boot = since_boot - 60001');
  await assert.rejects(send({ guard }), refused('not-sent'));
  assert.equal(requests.length, 1);
});

test('the guard is read after the connection stands', async (t) => {
  const { origin, requests } = await rawServer(t, (socket) => socket.end(`${OK}hello`));
  const { send, cells } = setUp(t, origin);
  const version = cells.put('grant', new Uint8Array(), { tag: 'always' });
  const sending = send({ guard: { key: 'grant', version, maxAge: 60_000 } });
  cells.put('grant', new Uint8Array(), { tag: 'always' });
  await assert.rejects(sending, refused('not-sent'));
  assert.equal(requests.length, 0);
});

test('a 2xx body is kept before the answer returns; where there is one already, nothing is sent', async (t) => {
  const { origin, requests } = await rawServer(t, (socket) => socket.end(`${OK}hello`));
  const { send, kept } = setUp(t, origin);
  const stored = send({ keep: 'kept' }).then(() => kept());
  assert.equal(await stored, 'hello');
  await assert.rejects(send({ keep: 'kept' }), refused('not-sent'));
  await assert.rejects(send({ keep: 'No Key' }), refused('not-sent'));
  assert.equal(requests.length, 1);
});

test('any other answer is not kept, and its place is free again', async (t) => {
  const { origin, requests } = await rawServer(t, (socket) => socket.end(OK.replace('200', '400') + 'hello'));
  const { send, kept } = setUp(t, origin);
  for (const _ of [1, 2]) assert.equal((await send({ keep: 'kept' })).status, 400);
  assert.equal(kept(), undefined);
  assert.equal(requests.length, 2);
});

test('of two that would keep under one key, one is sent', async (t) => {
  const { origin, requests } = await rawServer(t, (socket) => socket.end(`${OK}hello`));
  const { send } = setUp(t, origin);
  const settled = await Promise.allSettled([send({ keep: 'kept' }), send({ keep: 'kept' })]);
  assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal(requests.length, 1);
});

test('an answer that cannot be stored is returned all the same, and stored once that is possible', async (t) => {
  const { origin, requests } = await rawServer(t, (socket) => socket.end(`${OK}hello`));
  const { storage, exchanges, send, kept } = setUp(t, origin);
  t.mock.method(console, 'error', () => {});
  const real = storage.write;
  storage.write = () => {
    throw new Error('the disk is full');
  };
  assert.equal(Buffer.from((await send({ keep: 'kept' })).body).toString(), 'hello');
  assert.equal(kept(), undefined);
  await assert.rejects(send({ keep: 'kept' }), refused('not-sent'));
  storage.write = real;
  await exchanges.finish();
  assert.equal(kept(), 'hello');
  assert.equal(requests.length, 1);
});

test('an answer that comes after the connection was removed is not kept, nor tried again', async (t) => {
  /** @type {import('node:net').Socket | undefined} */
  let waiting;
  const { origin } = await rawServer(t, (socket) => (waiting = socket));
  const { storage, scope, exchanges, send } = setUp(t, origin);
  const sending = send({ keep: 'kept' });
  const socket = await until(() => waiting);
  storage.erase(scope);
  const again = storage.cells(storage.scope('acme', 'plugin', true));
  socket?.end(`${OK}hello`);
  assert.equal((await sending).status, 200);
  await exchanges.finish();
  assert.equal(again.find('kept'), undefined);
});

// ---- policy

const GRANTS = {
  origins: ['https://id.example', 'https://api.example'],
  clientOrigins: ['https://id.example'],
  clientCredentials: CREDENTIALS,
};

test('what is not granted is denied', () => {
  const client = /** @type {const} */ ({ tag: 'client' });
  const denied = [
    ...[
      'http://id.example/',
      'https://id.example:444/',
      'https://id.example./',
      'https://id.example.evil.example/',
      'https://id.example@evil.example/',
      'https://user@id.example/',
      'https://id.example/#',
      'https:\\\\id.example/',
      'https://id.example\\@evil.example/',
      ' https://id.example/',
      'https://id.example/\n',
      'https://127.0.0.1/',
      '/relative',
      '',
    ].map((uri) => request(uri)),
    ...['CONNECT', 'TRACE', 'HEAD', 'post', ''].map((method) => request('https://id.example', { method })),
    ...[
      'Authorization',
      'HOST',
      'content-length',
      'User-Agent',
      'connection',
      'te',
      'transfer-encoding',
      'a b',
      '',
    ].map((name) => request('https://id.example', { headers: [[name, 'x']] })),
    ...['a\r\nb: c', 'a\nb', '\0', 'å'].map((value) =>
      request('https://id.example', { headers: [['x', value]] }),
    ),
    ...['', 'a b', 'a\nb', 'å'].map((val) =>
      request('https://id.example', { authorization: { tag: 'bearer', val } }),
    ),
    request('https://id.example', { headers: Array(33).fill(['a', 'b']) }),
    request('https://id.example', { headers: [['a', 'b'.repeat(16 * 1024)]] }),
    request('https://id.example', { body: new Uint8Array(1024 * 1024 + 1) }),
    request('https://api.example', { authorization: client }),
  ];
  for (const one of denied)
    assert.throws(() => check(one, GRANTS), refused('denied'), JSON.stringify(one.uri));
  assert.throws(
    () =>
      check(request('https://id.example', { authorization: client }), {
        ...GRANTS,
        clientCredentials: undefined,
      }),
    refused('denied'),
  );
});

test('what is granted passes, with its credentials', () => {
  const client = check(
    request('https://ID.example:443/token?a=b', { authorization: { tag: 'client' } }),
    GRANTS,
  );
  assert.equal(client.url.href, 'https://id.example/token?a=b');
  assert.deepEqual(client.headers, [['authorization', CREDENTIALS]]);
  const bearer = check(
    request('https://api.example/', { authorization: { tag: 'bearer', val: 't.0-k' } }),
    GRANTS,
  );
  assert.deepEqual(bearer.headers, [['authorization', 'Bearer t.0-k']]);
  assert.equal(check(request('https://api.example/', { timeout: 2 ** 32 - 1 }), GRANTS).timeout, 60_000);
});

test('the plugin gets the origins it asks for, or those of the operator instead', () => {
  const descriptor = (/** @type {string[]} */ ...urls) =>
    /** @type {Descriptor} */ ({ origins: urls.map((url) => ({ url, requests: 0, window: 0 })) });
  const registration = (/** @type {Record<string, string>} */ endpoints) =>
    new Registration({
      clientId: 'id',
      clientSecret: 'secret',
      redirectUri: 'https://erp.example/cb',
      scopes: [],
      endpoints,
    });
  const asked = descriptor('https://id.example', 'https://api.example/');

  const own = grant(asked, registration({}));
  assert.deepEqual(own, { ...GRANTS, clientOrigins: GRANTS.origins });
  const endpoints = {
    authorize: 'https://x.example/a',
    token: 'http://127.0.0.1:1/t',
    api: 'https://y.example/3',
  };
  const others = grant(asked, registration(endpoints));
  assert.deepEqual(others.origins, ['http://127.0.0.1:1', 'https://y.example']);
  assert.deepEqual(others.clientOrigins, ['http://127.0.0.1:1']);
  assert.throws(() => grant(asked, registration({ token: 'http://id.example/' })), /neither https/);

  assert.throws(() => grant(asked, undefined, ['https://id.example']), /https:\/\/api\.example/);
  grant(asked, undefined, ['https://id.example', 'https://api.example', 'https://more.example']);
  for (const origin of [
    'http://id.example',
    'https://127.0.0.1',
    'https://[::1]',
    'https://id.example/path',
  ]) {
    assert.throws(() => grant(descriptor(origin), undefined), /not an https origin/, origin);
  }
});
