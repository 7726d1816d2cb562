// Somebody without a login approves, by a link.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { browser } from './chromium.mjs';
import { administrator, both, demo } from './demo.mjs';
import { look } from './look.mjs';

// Makes a link as an administrator does, whose settings are saved.
async function invited(somebody, name) {
  await somebody.page.getByText('Let somebody else approve').or(somebody.page.getByText('Make a new link')).click();
  await somebody.page.getByRole('textbox', { name: 'Name of whoever is to approve' }).fill(name);
  await somebody.press('Make the link');
  await somebody.sees(`The link for ${name} is ready`);
  return somebody.page.getByRole('textbox', { name: 'The link' }).inputValue();
}

// With settings, but without a grant.
async function settled(somebody) {
  await somebody.begin('service');
  const back = await somebody.another();
  await back.open();
  return back;
}

// Somebody in a browser of their own, at the login of Fortnox.
async function guest(t, link, { javaScriptEnabled }) {
  const page = await (await browser(t, { javaScriptEnabled })).newPage();
  await page.goto(link);
  await page.getByRole('button', { name: 'Continue to Fortnox' }).click();
  await page.getByRole('heading', { name: 'Logga in' }).waitFor();
  return page;
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

both('given a link when a system administrator without a login opens it then access is granted', async (t, demonstration, options) => {
  const kari = await settled(await administrator(t, demonstration, options));
  const link = await invited(kari, 'Anna Admin');
  const anna = await guest(t, link, options);
  await press(anna, 'Ulf User');
  await anna.getByRole('heading', { name: 'Only a system administrator can approve a service account' }).waitFor();
  await press(anna, 'Start again');
  await press(anna, 'Anna Admin');
  await press(anna, 'Godkänn & aktivera');
  await anna.getByRole('heading', { name: 'Access to Fortnox is granted' }).waitFor();
  await anna.getByText('Exempel AB').waitFor();
  assert.equal(new URL(anna.url()).pathname, '/approve');
  await anna.goto(demonstration.page);
  await anna.getByRole('heading', { name: 'Sign in' }).waitFor();
  await anna.goto(link);
  await anna.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  await kari.page.reload();
  await kari.isAt('Connected');
  await kari.connection.getByRole('heading', { name: 'Anna Admin has approved' }).waitFor();
});

both('given a link when it is withdrawn then whoever opened it can do nothing more', async (t, demonstration, options) => {
  const kari = await settled(await administrator(t, demonstration, options));
  const link = await invited(kari, 'Anna');
  const anna = await guest(t, link, options);
  await kari.page.reload();
  await kari.connection.getByRole('heading', { name: 'Anna has opened the link' }).waitFor();
  await kari.press('Withdraw the link');
  await kari.page.getByRole('status').filter({ hasText: 'The link is withdrawn' }).waitFor();
  await press(anna, 'Anna Admin');
  await press(anna, 'Godkänn & aktivera');
  await anna.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  await kari.page.reload();
  await kari.isAt('Waiting for approval');
});

test('given a link when it lives then every page of it can be read and used', async (t) => {
  const kari = await settled(await administrator(t, await demo(t)));
  await kari.page.getByText('Let somebody else approve').click();
  await look(kari.page, 'invite');
  await kari.page.getByRole('textbox', { name: 'Name of whoever is to approve' }).fill('   ');
  await kari.press('Make the link');
  await kari.page.getByRole('alert').waitFor();
  await look(kari.page, 'invite-nameless');
  await kari.page.getByRole('textbox', { name: 'Name of whoever is to approve' }).fill('Anna Administratorsson');
  await kari.press('Make the link');
  await kari.sees('The link for Anna Administratorsson is ready');
  const link = await kari.page.getByRole('textbox', { name: 'The link' }).inputValue();
  await look(kari.page, 'link');
  await kari.page.reload();
  await kari.sees('Waiting for Anna Administratorsson');
  await look(kari.page, 'link-waiting');
  await kari.page.goto(link);
  await kari.page.getByText('You are signed in here as Kari Nordmann').waitFor();
  await look(kari.page, 'invited-signed-in');

  const anna = await (await browser(t)).newPage();
  await anna.goto(link);
  await look(anna, 'invited');
  await press(anna, 'Svenska');
  await anna.getByRole('heading', { name: 'Godkänn åtkomst till Fortnox' }).waitFor();
  await look(anna, 'invited-sv');
  await press(anna, 'English');
  await press(anna, 'Continue to Fortnox');
  await anna.getByRole('heading', { name: 'Logga in' }).waitFor();
  const again = await anna.context().newPage();
  await again.goto(link);
  await again.getByText('You are not back from Fortnox yet').waitFor();
  await look(again, 'approval-open');
  await press(anna, 'Ulf User');
  await anna.getByRole('button', { name: 'Start again' }).waitFor();
  await look(anna, 'approval-failed');
  await press(anna, 'Start again');
  await press(anna, 'Anna Admin');
  await press(anna, 'Godkänn & aktivera');
  await anna.getByRole('heading', { name: 'Access to Fortnox is granted' }).waitFor();
  await look(anna, 'approval-granted');
  await anna.goto(link);
  await anna.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  await look(anna, 'link-over');
});
