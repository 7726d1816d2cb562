// The company log: narrowed, followed, and taken along.

import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { administrator, both, demo } from './demo.mjs';
import { look } from './look.mjs';

async function opened(somebody) {
  await somebody.page.getByRole('link', { name: 'Company log', exact: true }).first().click();
  await somebody.sees('Company log');
}

both('given a log when narrowed then it shows what fits, and saves it', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  await kari.connect('user');
  await opened(kari);
  await kari.page.getByRole('combobox', { name: 'Event' }).selectOption('authorization.succeeded');
  await kari.press('Show');
  const entries = kari.page.getByRole('list', { name: 'Company log' }).getByRole('listitem');
  assert.equal(await entries.count(), 1);
  for (const [name, start] of [['CSV', '\ufeff"time","level","event","actor","message"\r\n'], ['JSON', '{"']]) {
    const saved = kari.page.waitForEvent('download');
    await kari.follow(name);
    const download = await saved;
    assert.match(download.suggestedFilename(), /^company-log-\d{4}-\d\d-\d\d\.(csv|jsonl)$/);
    const text = await readFile(await download.path(), 'utf8');
    assert.ok(text.startsWith(start), text);
    assert.ok(text.includes('authorization.succeeded') && !text.includes('settings.saved'), text);
  }
  await kari.follow('Show everything');
  await kari.page.getByRole('combobox', { name: 'Level' }).selectOption('Errors only');
  await kari.press('Show');
  await kari.page.getByText('Nothing in the log fits').waitFor();
});

test('given a log when it is followed then new entries come by themselves', async (t) => {
  const demonstration = await demo(t);
  const kari = await administrator(t, demonstration, { javaScriptEnabled: false, name: 'Kari Nordmann' });
  await opened(kari);
  await kari.follow('Refresh by itself');
  await kari.page.getByText('every ten seconds').waitFor();
  const ola = await administrator(t, demonstration, { javaScriptEnabled: true, name: 'Ola Hansen' });
  await ola.begin('user');
  await kari.page.getByText('Ola Hansen').first().waitFor();
  await kari.follow('Stop refreshing');
  await kari.page.getByRole('link', { name: 'Refresh by itself' }).waitFor();
});

test('given a log when looked at then every page of it can be read and used', async (t) => {
  const kari = await administrator(t, await demo(t));
  await kari.connect('user');
  await opened(kari);
  await kari.page.getByRole('searchbox').fill('Fortnox');
  await kari.press('Show');
  await look(kari.page, 'log-narrowed');
  await kari.page.getByRole('searchbox').fill('nothing like it');
  await kari.press('Show');
  await look(kari.page, 'log-none');
  await kari.follow('Show everything');
  await kari.follow('Refresh by itself');
  await kari.page.getByText('every ten seconds').waitFor();
  // From here on it asks in vain, so that it stays as it is while it is looked at.
  await kari.page.route('**/log?*', (route) => route.fulfill({ status: 204 }));
  await look(kari.page, 'log-live');
});
