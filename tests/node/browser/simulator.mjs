// The simulator's own pages: every one that a person can come to.

import { test } from 'node:test';
import { browser } from './chromium.mjs';
import { look } from './look.mjs';
import { start } from './program.mjs';

const BACK = 'http://127.0.0.1:9/callback';

async function simulator(t) {
  const args = ['simulate', '--listen', '127.0.0.2:0', '--redirect-uri', BACK];
  const [authorize, client] = await start(t, args, [/^authorize = "(.*)"$/m, /^client_id = "(.*)"$/m]);
  const context = await browser(t);
  const page = await context.newPage();
  const request = (more = {}) => {
    const url = new URL(authorize);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: client,
      redirect_uri: BACK,
      scope: 'companyinformation customer project',
      state: 'state',
      access_type: 'offline',
      ...more,
    });
    return url.href;
  };
  return { page, request, control: new URL('/', authorize).href };
}

test('given the control page when used then every part answers', async (t) => {
  const { page, control } = await simulator(t);
  const shows = (text) => page.getByText(text).waitFor();
  await page.goto(control);
  await look(page, 'simulator-control');

  await page.getByRole('radio', { name: /The company is locked/ }).check();
  await page.getByRole('button', { name: 'Set the scenario' }).click();
  await page.getByRole('status').waitFor();
  await look(page, 'simulator-control-scenario');

  await page.getByText('Single switches').click();
  await page.getByRole('textbox', { name: 'Issuer named in the callback (iss)' }).fill('https://a.example');
  await page.getByRole('button', { name: 'Set the switches' }).click();
  await shows('Some things were changed by hand');
  await look(page, 'simulator-control-switches');

  await page.getByRole('button', { name: 'Everything as Fortnox does it' }).click();
  await page.getByRole('strong').filter({ hasText: 'Everything as Fortnox does it' }).waitFor();
  await page.getByRole('combobox', { name: 'Person and company' }).selectOption({ index: 1 });
  await page.getByRole('combobox', { name: 'What changes' }).selectOption('loses the right to projects');
  await page.getByRole('button', { name: 'Let it change' }).click();
  await shows('no right to projects');
  await page.getByRole('textbox', { name: 'Scope', exact: true }).fill('salary');
  await page.getByRole('button', { name: 'Register it' }).click();
  await shows('The registration was changed.');
  await look(page, 'simulator-control-changed');
  await page.getByRole('spinbutton', { name: 'Move forward by' }).fill('2');
  await page.getByRole('button', { name: 'Move the clock' }).click();
  await page.getByRole('status').waitFor();
});

test('given a journey when walked then every page of it can be read and used', async (t) => {
  const { page, request } = await simulator(t);
  await page.goto(request());
  await look(page, 'simulator-login');
  await page.getByRole('textbox', { name: 'Användarnamn' }).fill('nobody');
  await page.getByRole('button', { name: 'Logga in' }).click();
  await page.getByRole('alert').waitFor();
  await look(page, 'simulator-login-rejected');
  await page.getByRole('button', { name: 'Mia Många' }).click();
  await page.getByRole('heading', { name: 'Välj företag' }).waitFor();
  await look(page, 'simulator-company');
  await page.getByRole('radio', { name: /Andra AB/ }).check();
  await page.getByRole('button', { name: 'Fortsätt' }).click();
  await page.getByRole('heading', { name: 'Godkänn integration' }).waitFor();
  await look(page, 'simulator-consent');
});

test('given a consultant when logging in then the agency comes between', async (t) => {
  const { page, request } = await simulator(t);
  await page.goto(request({ account_type: 'service' }));
  await page.getByRole('button', { name: 'Bo Byrå' }).click();
  await page.getByRole('heading', { name: 'Digital byrå' }).waitFor();
  await look(page, 'simulator-agency');
});

test('given a request of an unknown app when opened then an error page says so', async (t) => {
  const { page, request } = await simulator(t);
  await page.goto(request({ client_id: 'nobody' }));
  await page.getByRole('alert').waitFor();
  await look(page, 'simulator-unknown-app');
});
