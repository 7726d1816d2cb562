// All of it, two tests at a time, in one browser. The longest come first.

import { describe } from 'node:test';

describe('the pages, in a browser', { concurrency: 2 }, async () => {
  await import('./states.mjs');
  await import('./journeys.mjs');
  await import('./approval.mjs');
  await import('./log.mjs');
  await import('./together.mjs');
  await import('./simulator.mjs');
  await import('./keyboard.mjs');
  await import('./safety.mjs');
});
