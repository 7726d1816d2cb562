// Replays conformance scripts on a component:
//
//   node conformance.mjs COMPONENT SCRIPT...
//
// Prints a line for each script and one for every difference; ends with 1 when there is one, or a file is unusable.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantiator, loadPlugin } from './component.js';
import { UnusableComponent, UnusableScript } from './errors.js';
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
    const [verdict, differences] = await judge(instantiate, script);
    console.log(`${script}: ${verdict}`);
    for (const difference of differences) console.log(`  ${difference}`);
    if (verdict !== 'holds') process.exitCode = 1;
  }
} catch (error) {
  console.error(`${component}: ${reason(error)}`);
  process.exitCode = 1;
} finally {
  await rm(cache, { recursive: true });
}

/**
 * @param {Parameters<typeof replay>[0]} instantiate
 * @param {string} script
 * @returns {Promise<[verdict: string, differences: string[]]>}
 */
async function judge(instantiate, script) {
  try {
    const differences = replay(instantiate, await readFile(script));
    return [differences.length === 0 ? 'holds' : 'differs', differences];
  } catch (error) {
    return [reason(error), []];
  }
}

/** What is wrong with a file; another error is this host's own, and thrown on. @param {unknown} error */
function reason(error) {
  const { syscall, message } = /** @type {NodeJS.ErrnoException} */ (error);
  const isOfFile = error instanceof UnusableComponent || error instanceof UnusableScript;
  if (isOfFile || syscall !== undefined) return message;
  throw error;
}
