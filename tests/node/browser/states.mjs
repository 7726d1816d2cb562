// Every state that the page can show, looked at.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrator, demo, operator } from './demo.mjs';
import { browser } from './chromium.mjs';
import { look } from './look.mjs';

test('given nothing connected when looked around then every page can be read and used', async (t) => {
  const demonstration = await demo(t);
  const stranger = await (await browser(t)).newPage();
  await stranger.goto(demonstration.page);
  await look(stranger, 'sign-in');

  const kari = await administrator(t, demonstration);
  const { page } = kari;
  await look(page, 'list');
  await page.getByRole('searchbox').fill('nothing like it');
  await kari.press('Search');
  await kari.sees('Nothing was found for “nothing like it”');
  await look(page, 'list-empty');
  await kari.follow('Show all integrations');
  await page.getByRole('link', { name: 'Company log', exact: true }).click();
  await look(page, 'log-empty');
  await kari.follow('Integrations');
  await kari.open();
  await kari.isAt('Not set up');
  await look(page, 'unconfigured');

  await page.getByRole('textbox', { name: 'E-mail for error notices' }).fill('nobody');
  await kari.press('Save');
  await kari.sees('The settings could not be saved');
  await look(page, 'invalid');
  await page.getByRole('link', { name: /E-mail for error notices/ }).click();
  await page.getByRole('textbox', { name: 'E-mail for error notices' }).fill('kari@example.com');

  const release = await held(page, (url) => url.hostname === '127.0.0.2');
  await kari.press('Save');
  await kari.sees('To Fortnox');
  await look(page, 'leaving');
  await release();
  await kari.follow('Continue to Fortnox');
  await page.getByRole('heading', { name: 'Logga in' }).waitFor();
  const back = await kari.another();
  await back.open();
  await back.isAt('Waiting for approval');
  await look(back.page, 'authorizing');
});

test('given what goes wrong on the page itself when it does then it says what to do', async (t) => {
  const demonstration = await demo(t);
  const kari = await administrator(t, demonstration);
  const { page } = kari;
  await page.goto(new URL('/nowhere', demonstration.page).href);
  await kari.sees('This page does not exist');
  await look(page, 'not-found');
  await page.goto(new URL('/callback?code=x&state=y', demonstration.page).href);
  await kari.sees('This return does not belong to you');
  await look(page, 'not-yours');

  const many = page.getByRole('heading', { name: 'Too many failed returns' });
  for (let failed = 0; failed < 100 && (await many.count()) === 0; failed += 1) {
    await page.goto(new URL('/callback?code=x&state=y', demonstration.page).href);
  }
  await many.waitFor();
  await look(page, 'too-many');
});

test('given a person who signed out in another window when they save then it says so', async (t) => {
  const kari = await administrator(t, await demo(t));
  const other = await kari.another();
  await other.open();
  await kari.press('Sign out');
  await kari.page.getByRole('button', { name: 'Sign in as Kari Nordmann' }).waitFor();
  await other.press('Save');
  await other.page.getByText('Nothing was changed').waitFor();
  await look(other.page, 'signed-out');
  assert.equal(await other.page.getByRole('heading', { level: 1 }).textContent(), 'You are not signed in any more');
});

// The scenario at the simulator, who logs in, and what the page calls it then.
const FAILURES = [
  ['scope-not-registered', 'The app lacks a scope that is asked for', null, 'This system may not ask for all that was chosen'],
  ['service-account-not-allowed', 'The app may not use service accounts', null, 'This system may not use service accounts'],
  ['client-credentials-refused', 'The app has a new client secret', 'approve', 'Fortnox does not accept the credentials of this system'],
  ['empty-callback', 'The company is locked, for instance over an unpaid invoice', 'log in', 'The browser came back from Fortnox without an answer'],
  ['integration-licence-missing', 'The company lacks the licence “Integration”', 'log in', 'A licence is missing in Fortnox'],
  ['app-licence-missing', 'The company has not bought the app', 'log in', 'The integration has not been bought in Fortnox'],
  ['user-declined', 'Errors come back without their state', 'cancel', 'The approval was declined in Fortnox'],
  ['code-refused', 'The code expires at once', 'approve', 'Fortnox did not redeem the approval'],
  ['answer-unusable', 'The next token answer is a page of HTML', 'approve', 'The answer from Fortnox could not be used'],
  ['provider-failing', 'The next token answer is a server error', 'approve', 'Fortnox is out of order'],
];

test('given each failure at the provider when met then the page names it and offers a new start', async (t) => {
  const demonstration = await demo(t);
  const set = await operator(t, demonstration);
  const kari = await administrator(t, demonstration);
  await kari.open();
  for (const [index, [state, name, act, cause]] of FAILURES.entries()) {
    await set(name);
    if (index === 0) {
      await kari.save('service');
    } else {
      await kari.press('Authorize');
    }
    if (act !== null) {
      await kari.logIn('Anna Admin');
    }
    if (act === 'approve' || act === 'cancel') {
      await kari.press(act === 'approve' ? 'Godkänn & aktivera' : 'Avbryt');
    }
    await kari.failed(cause);
    await look(kari.page, `failed-${state}`);
  }
  await set('The app is unknown, or not approved for OAuth');
  await kari.press('Authorize');
  await kari.page.getByRole('alert').waitFor();
  await kari.page.goto(demonstration.page);
  await kari.open();
  await kari.isAt('Waiting for approval');
  await kari.page.getByRole('link', { name: 'Company log', exact: true }).first().click();
  await kari.sees('Company log');
  await look(kari.page, 'log');
});

test('given a connection when it lives then every page of it can be read and used', async (t) => {
  const demonstration = await demo(t);
  const set = await operator(t, demonstration);
  await set('The token answer takes five seconds');
  const kari = await administrator(t, demonstration);
  const { page } = kari;
  await kari.begin('user');
  await kari.logIn('Ulf User');
  const release = await held(page, (url) => url.pathname.endsWith('/waiting/end'));
  await kari.press('Godkänn & aktivera');
  await kari.sees('One moment');
  await look(page, 'waiting');
  await release();
  await kari.follow('Continue if nothing happens');
  await kari.granted('Exempel AB');
  await look(page, 'granted');
  await page.getByRole('switch').click();
  await kari.isAt('Connected');
  await look(page, 'switched-on');

  await set('Everything as Fortnox does it');
  await kari.press('Re-authorize');
  await kari.approve('Mia Många', 'Andra AB');
  await kari.failed('The new attempt failed: Another company was chosen in Fortnox');
  await look(page, 'reauthorization-failed');
  await kari.follow('Remove this integration');
  await kari.sees('Remove Fortnox?');
  await look(page, 'removal');
  await kari.press('Remove');
  await kari.sees('Fortnox is removed');
  await look(page, 'removed');
});

test('given a grant with something amiss when looked at then the page says what', async (t) => {
  const demonstration = await demo(t);
  const set = await operator(t, demonstration);
  const kari = await administrator(t, demonstration);
  const { page } = kari;
  await set('The consent grants less than was asked for');
  await kari.begin('service');
  await kari.approve('Anna Admin');
  await kari.isAt('Needs attention');
  await look(page, 'scope-withheld');
  await set('Revocation fails');
  await kari.follow('Remove this integration');
  await kari.press('Remove');
  await kari.sees('Fortnox is removed');
  await look(page, 'removed-unconfirmed');
  await kari.follow('All integrations');

  await set('Nobody tells which company it is');
  await kari.begin('user');
  await kari.approve('Ulf User');
  await kari.granted('It is not known yet which company it is.');
  await look(page, 'organization-unread');
});

for (const [language, texts] of Object.entries({
  svenska: { settings: 'Inställningar', locale: 'sv' },
  norsk: { settings: 'Innstillinger', locale: 'nb' },
})) {
  test(`given ${language} when the longest pages are shown then they fit`, async (t) => {
    const demonstration = await demo(t);
    const kari = await administrator(t, demonstration);
    await kari.open();
    await kari.save('service');
    await kari.logIn('Ulf User');
    await kari.failed('Only a system administrator can approve a service account');
    await kari.page.getByRole('button', { name: language }).click();
    await kari.page.getByRole('heading', { name: texts.settings }).waitFor();
    await look(kari.page, `failed-${texts.locale}`);
  });
}

// Answers requests for such an address with nothing, which leaves a page on its way
// there where it is, so that it can be looked at. Gives what ends this.
async function held(page, isHeld) {
  await page.route(isHeld, (route) => route.fulfill({ status: 204 }));
  return () => page.unroute(isHeld);
}

test('given registers that refuse when looked at then each area says why, and it clears', async (t) => {
  const demonstration = await demo(t);
  const set = await operator(t, demonstration);
  const kari = await administrator(t, demonstration);
  const { page } = kari;
  await set('Nobody has the right to the customers');
  await kari.begin('user');
  await kari.approve('Ulf User');
  await kari.isAt('Needs attention');
  await kari.sees('The user lacks a right in Fortnox: Customers');
  await page.getByText('Saknar behörighet för kundregister').first().waitFor();
  await look(page, 'right-missing');
  await set('Everything as Fortnox does it');
  await kari.press('Check access');
  await kari.isAt('Connected');
  await set('The company has the module Bokföring alone');
  await kari.press('Check access');
  await kari.sees('A licence is missing in Fortnox: Customers');
  await look(page, 'area-licence-missing');
  await set('Every register refuses without a word');
  await kari.press('Check access');
  await kari.sees('Fortnox refuses: Customers');
  await look(page, 'area-refused');
});
