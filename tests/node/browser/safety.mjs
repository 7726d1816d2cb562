// What the browser itself has to enforce, and does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrator, demo } from './demo.mjs';

test('given a journey under way when cookies are looked at then they are locked up and stay at home', async (t) => {
  const kari = await administrator(t, await demo(t));
  const abroad = [];
  kari.page.on('request', (request) => {
    if (new URL(request.url()).hostname === '127.0.0.2') {
      abroad.push(request.allHeaders().then((headers) => headers.cookie ?? ''));
    }
  });
  await kari.begin('user');
  const cookies = await kari.page.context().cookies(kari.demonstration.page);
  assert.equal(cookies.length, 2, 'one of the session, one of the attempt');
  for (const { name, ...cookie } of cookies) {
    assert.match(name, /^__Host-/);
    const { secure, httpOnly, sameSite, path, domain } = cookie;
    const expected = { secure: true, httpOnly: true, sameSite: 'Lax', path: '/', domain: '127.0.0.1' };
    assert.deepEqual({ secure, httpOnly, sameSite, path, domain }, expected);
  }
  assert.ok(abroad.length > 0);
  assert.doesNotMatch((await Promise.all(abroad)).join(), /__Host-/);
  await kari.approve('Ulf User');
  await kari.granted('Exempel AB');
  const left = await kari.page.context().cookies(kari.demonstration.page);
  assert.equal(left.length, 1, 'the one of the attempt is gone');
});

test('given another site’s form when it is sent to the page then nothing happens', async (t) => {
  const kari = await administrator(t, await demo(t));
  await kari.connect('user');
  const removal = `${kari.page.url()}/remove`;
  const trap = await kari.page.context().newPage();
  const sent = trap.waitForResponse(removal);
  await trap.setContent(`<form method="post" action="${removal}"><button>You have won</button></form>`);
  await trap.getByRole('button', { name: 'You have won' }).click();
  assert.equal((await sent).status(), 403);
  await kari.page.reload();
  await kari.isAt('Connected');
});

test('given a return when a browser only looks ahead then it can still be used', async (t) => {
  const kari = await administrator(t, await demo(t));
  await kari.begin('user');
  await kari.logIn('Ulf User');
  const address = await kari.stopped();
  const context = kari.page.context();
  const cookies = await context.cookies(kari.demonstration.page);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const options = { maxRedirects: 0, headers: { cookie } };
  await context.request.head(address, options);
  options.headers['sec-purpose'] = 'prefetch';
  await context.request.get(address, options);
  await kari.page.goto(address);
  await kari.granted('Exempel AB');
  // Asked in the same way, but in earnest, it is known as this person's.
  delete options.headers['sec-purpose'];
  assert.equal((await context.request.get(address, options)).status(), 303);
});
