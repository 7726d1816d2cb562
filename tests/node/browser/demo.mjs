// The demonstration and the people in it. Everything is found as a person finds
// it: by its role and by what it is called.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from './chromium.mjs';
import { start } from './program.mjs';

// A demonstration of its own: nobody has done anything yet.
export async function demo(t) {
  const args = ['demo', '--json', '--listen', '127.0.0.1:0', '--simulator', '127.0.0.2:0'];
  const [line] = await start(t, args, [/^(\{.*\})$/m]);
  const { page, simulator } = JSON.parse(line);
  return { page, simulator };
}

const WITH = { javaScriptEnabled: true, name: 'Kari Nordmann' };
// Somebody of another company, whom what Kari did does not touch.
const WITHOUT = { javaScriptEnabled: false, name: 'Maja Lindqvist' };

// A test that is run with and without JavaScript, in one demonstration.
export function both(name, run) {
  test(name, async (t) => {
    const demonstration = await demo(t);
    await t.test('with JavaScript', (t) => run(t, demonstration, WITH));
    await t.test('without JavaScript', (t) => run(t, demonstration, WITHOUT));
  });
}

// Somebody of the business system's customers, signed in, in a browser of their
// own.
export async function administrator(t, demonstration, { name, javaScriptEnabled } = WITH) {
  const context = await browser(t, { javaScriptEnabled });
  const somebody = new Administrator(await context.newPage(), demonstration);
  await somebody.signIn(name);
  return somebody;
}

export class Administrator {
  constructor(page, demonstration) {
    this.page = page;
    this.demonstration = demonstration;
    this.connection = page.getByRole('region', { name: 'Connection' });
  }

  async signIn(name) {
    await this.page.goto(this.demonstration.page);
    await this.press(`Sign in as ${name}`);
    await this.sees('Integrations');
  }

  // The same person's next window.
  async another() {
    const next = new Administrator(await this.page.context().newPage(), this.demonstration);
    await next.page.goto(this.demonstration.page);
    return next;
  }

  press(name) {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  follow(name) {
    return this.page.getByRole('link', { name, exact: true }).click();
  }

  sees(heading) {
    return this.page.getByRole('heading', { name: heading, exact: true }).waitFor();
  }

  async open() {
    await this.follow('Fortnox');
    await this.sees('Fortnox');
  }

  // Saves the settings, and is sent to Fortnox where access is missing.
  async save(account) {
    await this.page.getByRole('radio', { name: ACCOUNTS[account] }).check();
    await this.press('Save');
  }

  // From the list to the login of Fortnox.
  async begin(account) {
    await this.open();
    await this.save(account);
    await this.page.getByRole('heading', { name: 'Logga in' }).waitFor();
  }

  async logIn(person, company) {
    await this.press(person);
    if (company !== undefined) {
      await this.page.getByRole('radio', { name: new RegExp(`^${company}`) }).check();
      await this.press('Fortsätt');
    }
  }

  async approve(person, company) {
    await this.logIn(person, company);
    await this.press('Godkänn & aktivera');
  }

  // Approves, but does not get back: the address that the browser would have gone
  // to.
  async stopped() {
    const consent = '**/oauth-v1/**';
    const address = Promise.withResolvers();
    await this.page.route(consent, async (route) => {
      const answer = await route.fetch({ maxRedirects: 0 });
      address.resolve(answer.headers().location);
      await route.fulfill({ status: 204 });
    });
    await this.press('Godkänn & aktivera');
    const back = await address.promise;
    await this.page.unroute(consent);
    return back;
  }

  // Is back, with a clean address and a message of what came of it.
  async granted(organization) {
    const message = this.page.getByRole('status').filter({ hasText: 'Access is granted' });
    await message.getByText(organization).waitFor();
    await this.isAt('Connected');
  }

  async failed(cause) {
    await this.connection.getByRole('heading', { name: cause }).waitFor();
    this.isClean();
  }

  // The stage, as the badge beside the heading says it.
  async isAt(stage) {
    await this.connection.getByText(new RegExp(`^${stage}(, switched off)?$`)).waitFor();
    this.isClean();
  }

  isClean() {
    const { origin, search } = new URL(this.page.url());
    assert.equal(origin, new URL(this.demonstration.page).origin);
    assert.equal(search, '');
  }

  // Connects Exempel AB with the account of Ulf User, or as a service account.
  async connect(account) {
    await this.begin(account);
    await this.approve(account === 'user' ? 'Ulf User' : 'Anna Admin');
    await this.granted('Exempel AB');
  }
}

const ACCOUNTS = {
  user: 'The account of the person who approves',
  service: 'Service account (recommended)',
};

// Whoever stands at the simulator's control page, and sets what the next journeys
// meet.
export async function operator(t, demonstration) {
  const page = await (await browser(t)).newPage();
  return async (scenario) => {
    await page.goto(demonstration.simulator);
    await page.getByRole('radio', { name: scenario, exact: true }).check();
    await page.getByRole('button', { name: 'Set the scenario' }).click();
    await page.getByRole('status').waitFor();
  };
}
