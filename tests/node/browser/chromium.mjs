// One Chromium for all tests; each person in it has a context of their own, with
// nothing in common but the process.

import { after } from 'node:test';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const executablePath = process.env.TESTS_CHROMIUM;
assert.ok(executablePath, 'TESTS_CHROMIUM names no Chromium: tests/run installs it');

const launch = () =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-pings',
      // No name means anything, so nothing but this machine can be dialled.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE 127.0.0.2',
    ],
  });

// Once in some hundred times it crashes as it starts.
const chromiumProcess = await launch().catch(launch);
after(() => chromiumProcess.close());

// In milliseconds, for what is waited for; a test that fails says what that was.
const PATIENCE = 60_000;

// A person's browser, closed with the test. What it asks of other machines, and
// what it finds fault with in a page, fails the test.
export async function browser(t, { javaScriptEnabled = true } = {}) {
  const viewport = { width: 1280, height: 900 };
  const context = await chromiumProcess.newContext({ javaScriptEnabled, viewport, locale: 'en' });
  context.setDefaultTimeout(PATIENCE);
  const faults = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    const here = ['127.0.0.1', '127.0.0.2'].includes(url.hostname) || url.protocol === 'data:';
    if (!here) {
      faults.push(`asked for ${url.href}`);
    }
  });
  context.on('console', (message) => {
    // Pages with a status of their own are looked at by the tests.
    const status = message.text().startsWith('Failed to load resource: the server responded with');
    if (message.type() === 'error' && !status) {
      faults.push(`${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (error) => faults.push(String(error.error())));
  t.after(async () => {
    await context.close();
    assert.deepEqual(faults, []);
  });
  return context;
}
