// What an administrator can meet on the way, clicked through.

import { test } from 'node:test';
import { administrator, both, demo, operator } from './demo.mjs';

both('given a user account when approved then connected, and switched on and off', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  await kari.page.getByRole('searchbox').fill('fort');
  await kari.press('Search');
  await kari.begin('user');
  await kari.approve('Ulf User');
  await kari.granted('Exempel AB');
  await kari.isAt('Connected, switched off');
  await kari.page.getByRole('switch', { name: 'Use this integration', checked: false }).click();
  await kari.page.getByRole('switch', { name: 'Use this integration', checked: true }).waitFor();
  await kari.isAt('Connected');
  await kari.page.reload();
  await kari.page.getByRole('switch', { name: 'Use this integration', checked: true }).click();
  await kari.page.getByRole('switch', { name: 'Use this integration', checked: false }).waitFor();
  await kari.isAt('Connected, switched off');
});

both('given a service account when a system administrator approves then connected', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  await kari.begin('service');
  await kari.approve('Anna Admin');
  await kari.granted('Exempel AB');
  await kari.connection.getByText('Service account').waitFor();
});

both('given a service account when a plain user logs in then refused, and an administrator can', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  await kari.begin('service');
  await kari.logIn('Ulf User');
  await kari.failed('Only a system administrator can approve a service account');
  await kari.isAt('Authorization failed');
  await kari.press('Authorize');
  await kari.approve('Anna Admin');
  await kari.granted('Exempel AB');
});

both('given the consent when cancelled then it says so, and a new start works', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  await kari.begin('user');
  await kari.logIn('Ulf User');
  await kari.press('Avbryt');
  await kari.failed('The approval was declined in Fortnox');
  await kari.press('Authorize');
  await kari.approve('Ulf User');
  await kari.granted('Exempel AB');
});

both('given the consent when its window is closed then a new start works at once', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  await kari.begin('user');
  await kari.logIn('Ulf User');
  const back = await kari.another();
  await kari.page.close();
  await back.open();
  await back.isAt('Waiting for approval');
  await back.press('Authorize');
  await back.approve('Ulf User');
  await back.granted('Exempel AB');
});

both('given two windows when the older one comes back then it is turned away and the other one works', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  await kari.begin('user');
  await kari.logIn('Ulf User');
  const newer = await kari.another();
  await newer.open();
  await newer.press('Authorize');
  await newer.logIn('Ulf User');
  await kari.press('Godkänn & aktivera');
  await kari.page.getByText('This return from Fortnox does not fit').first().waitFor();
  kari.isClean();
  await newer.press('Godkänn & aktivera');
  await newer.granted('Exempel AB');
});

both('given a locked company when the browser comes back bare then it says why, and a new start works', async (t, demonstration, options) => {
  const set = await operator(t, demonstration);
  await set('The company is locked, for instance over an unpaid invoice');
  const kari = await administrator(t, demonstration, options);
  await kari.begin('user');
  await kari.logIn('Ulf User');
  await kari.failed('The browser came back from Fortnox without an answer');
  await set('Everything as Fortnox does it');
  await kari.press('Authorize');
  await kari.approve('Ulf User');
  await kari.granted('Exempel AB');
});

both('given nothing begun when the callback is opened then it is nobody’s', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  for (const query of ['', '?code=x&state=y', '?error=access_denied&state=y']) {
    await kari.page.goto(new URL(`/callback${query}`, demonstration.page).href);
    await kari.sees('This return does not belong to you');
  }
});

test('given a return that is turned away when it says so then its address is clean', async (t) => {
  const kari = await administrator(t, await demo(t));
  await kari.page.goto(new URL('/callback?code=x&state=y', kari.demonstration.page).href);
  await kari.sees('This return does not belong to you');
  kari.isClean();
});

both('given a connection when authorized again then it stays connected', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  await kari.connect('user');
  await kari.press('Re-authorize');
  await kari.approve('Ulf User');
  await kari.granted('Exempel AB');
  await kari.press('Re-authorize');
  await kari.logIn('Ulf User');
  await kari.press('Avbryt');
  await kari.failed('The new attempt failed: The approval was declined in Fortnox');
  await kari.isAt('Connected');
});

both('given a connection when another company is chosen then refused, and the old one stays', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  await kari.connect('user');
  await kari.press('Re-authorize');
  await kari.approve('Mia Många', 'Andra AB');
  await kari.failed('The new attempt failed: Another company was chosen in Fortnox');
  await kari.isAt('Connected');
  await kari.connection.getByText('Exempel AB', { exact: true }).waitFor();
});

both('given a connection when removed then it says what was done, and it can be added again', async (t, demonstration, options) => {
  const kari = await administrator(t, demonstration, options);
  await kari.connect('service');
  await kari.follow('Remove this integration');
  await kari.sees('Remove Fortnox?');
  await kari.follow('Keep it');
  await kari.isAt('Connected');
  await kari.follow('Remove this integration');
  await kari.press('Remove');
  await kari.sees('Fortnox is removed');
  await kari.page.getByRole('heading', { name: 'What is left for you to do' }).waitFor();
  await kari.follow('All integrations');
  await kari.connect('user');
});
