// Several people at once, each in a browser of their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrator, demo } from './demo.mjs';

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  const together = (name, run) =>
    test(`${name} (${how} JavaScript)`, async (t) => {
      const demonstration = await demo(t);
      const somebody = (name) => administrator(t, demonstration, { name, javaScriptEnabled });
      await run(demonstration, somebody);
    });

  together('given two companies when both are at Fortnox then each is connected to its own', async (_, somebody) => {
    const kari = await somebody('Kari Nordmann');
    const maja = await somebody('Maja Lindqvist');
    await kari.begin('user');
    await maja.begin('service');
    await kari.logIn('Ulf User');
    await maja.logIn('Mia Många', 'Andra AB');
    await maja.press('Godkänn & aktivera');
    await kari.press('Godkänn & aktivera');
    await kari.granted('Exempel AB');
    await maja.granted('Andra AB');
    assert.equal(await kari.page.getByText('Andra AB').count(), 0);
    assert.equal(await maja.page.getByText('Exempel AB').count(), 0);
    await maja.page.getByRole('link', { name: 'Company log', exact: true }).first().click();
    await maja.sees('Company log');
    assert.equal(await maja.page.getByText('Kari Nordmann').count(), 0);
  });

  together('given colleagues when both are at Fortnox then whoever began last connects', async (demonstration, somebody) => {
    const kari = await somebody('Kari Nordmann');
    const ola = await somebody('Ola Hansen');
    await kari.begin('user');
    await kari.logIn('Ulf User');
    await ola.open();
    await ola.isAt('Waiting for approval');
    await ola.press('Authorize');
    await ola.logIn('Ulf User');
    await kari.press('Godkänn & aktivera');
    await kari.page.getByText('This return from Fortnox does not fit').first().waitFor();
    await ola.press('Godkänn & aktivera');
    await ola.granted('Exempel AB');
    await kari.page.goto(demonstration.page);
    await kari.open();
    await kari.isAt('Connected');
  });

  together('given a colleague when they open somebody’s return then nothing of it is used', async (_, somebody) => {
    const kari = await somebody('Kari Nordmann');
    const ola = await somebody('Ola Hansen');
    await kari.begin('user');
    await kari.logIn('Ulf User');
    const address = await kari.stopped();
    await ola.page.goto(address);
    await ola.sees('This return does not belong to you');
    await kari.page.goto(address);
    await kari.granted('Exempel AB');
  });
}
