// The built program, as somebody starts it who wants to see it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import assert from 'node:assert/strict';

const harness = process.env.TESTS_HARNESS;
assert.ok(harness, 'TESTS_HARNESS names no program: tests/run builds it');

// Starts it for one test, and resolves once it has said all of these; what each
// pattern captures is the result.
export async function start(t, args, patterns) {
  const child = spawn(harness, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  t.after(async () => {
    process.off('exit', kill);
    child.kill('SIGINT');
    if (child.exitCode === null && child.signalCode === null) {
      await once(child, 'exit');
    }
  });
  child.stdout.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let said = '';
    // Read to its end: a program that nobody listens to any more would fail.
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const found = patterns.map((pattern) => pattern.exec(said));
      if (found.every(Boolean)) {
        resolve(found.map(([, captured]) => captured));
      }
    });
    child.stdout.on('end', () => reject(new Error(`the program ended: ${said}`)));
  });
}
