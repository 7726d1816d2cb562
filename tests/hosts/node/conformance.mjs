// Replays conformance scripts on a component:
//
//   node conformance.mjs COMPONENT SCRIPT...
//
// Prints a line for each script and one for every difference; ends with 1 when there is one.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantiator, loadPlugin } from './component.js';
import { replay } from './replay.js';

const [component, ...scripts] = process.argv.slice(2);
if (scripts.length === 0) {
  console.error('usage: node conformance.mjs COMPONENT SCRIPT...');
  process.exit(2);
}
const cache = await mkdtemp(join(tmpdir(), 'conformance-'));
try {
  const instantiate = await instantiator(await loadPlugin(component, cache));
  for (const script of scripts) {
    const differences = replay(instantiate, await readFile(script, 'utf8'));
    console.log(`${script}: ${differences.length === 0 ? 'holds' : 'differs'}`);
    for (const difference of differences) console.log(`  ${difference}`);
    if (differences.length > 0) process.exitCode = 1;
  }
} finally {
  await rm(cache, { recursive: true });
}
