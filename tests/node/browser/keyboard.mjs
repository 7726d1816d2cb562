// One whole journey by keyboard alone. Whatever has the focus on the way has to be
// in sight, and to be seen to have it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from './chromium.mjs';
import { demo } from './demo.mjs';

// More than any page here has to be tabbed through.
const MOST = 80;

test('given a keyboard alone when the journey is walked then it is connected, switched on and removed', async (t) => {
  const demonstration = await demo(t);
  const context = await browser(t);
  const page = await context.newPage();
  const reach = (role, name) => tabTo(page, page.getByRole(role, { name, exact: true }));
  const press = async (role, name) => {
    await reach(role, name);
    await page.keyboard.press('Enter');
  };

  await page.goto(demonstration.page);
  await page.keyboard.press('Tab');
  await has(page, page.getByRole('link', { name: 'Skip to the content' }));
  await page.keyboard.press('Enter');
  await press('button', 'Sign in as Kari Nordmann');
  await reach('searchbox', 'Search for an integration');
  await page.keyboard.type('fortnox');
  await page.keyboard.press('Enter');
  await press('link', 'Fortnox');
  await reach('radio', 'Service account (recommended)');
  await page.keyboard.press('ArrowDown');
  await has(page, page.getByRole('radio', { name: 'The account of the person who approves', checked: true }));
  await press('button', 'Save');

  await page.getByRole('heading', { name: 'Logga in' }).waitFor();
  await press('button', 'Ulf User');
  await press('button', 'Godkänn & aktivera');

  await page.getByRole('status').filter({ hasText: 'Access is granted' }).waitFor();
  await reach('switch', 'Use this integration');
  await page.keyboard.press('Space');
  await page.getByRole('switch', { name: 'Use this integration', checked: true }).waitFor();
  await press('link', 'Remove this integration');
  await press('button', 'Remove');
  await page.getByRole('heading', { name: 'Fortnox is removed' }).waitFor();
});

async function tabTo(page, locator) {
  await locator.waitFor();
  for (let pressed = 0; pressed < MOST; pressed += 1) {
    await page.keyboard.press('Tab');
    if (await isFocused(locator)) {
      await has(page, locator);
      return;
    }
  }
  assert.fail(`${locator} is not reached by the Tab key`);
}

const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);

// The focus, in sight.
async function has(page, locator) {
  assert.ok(await isFocused(locator), `${locator} has not the focus`);
  const fault = await locator.evaluate((element) => {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    // A link that covers its card is marked around the card.
    const marks = ['', '::before', '::after'].map((part) => getComputedStyle(element, part));
    const inside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
    const marked = marks.some((mark) => mark.outlineStyle !== 'none');
    return inside ? (marked ? '' : 'is not marked') : 'is out of sight';
  });
  assert.equal(fault, '', String(locator));
}
