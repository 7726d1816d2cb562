// The storage's own clock, from which the ages of cells come.
//
// Within one boot of the machine the time since boot decides, which nobody can set and which counts sleep.
// Across a boot, and where there is no name for a boot, only the wall clock is left.

import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** @typedef {{ boot: string, sinceBoot: number, wall: number }} Stamp a moment, in milliseconds of both clocks */

/** Whoever finds a claim must never think it younger than it is: a write in the future is very old. */
const VERY_OLD = 50 * 365 * 24 * 60 * 60 * 1000;

const boot = bootId();

/** @returns {Stamp} */
export const now = () => ({ boot, sinceBoot: Math.floor(uptime() * 1000), wall: Date.now() });

/**
 * @param {Stamp} written
 * @param {Stamp} read
 */
export function age(written, read) {
  const sameBoot = written.boot === read.boot && read.boot !== '';
  const passed = sameBoot ? read.sinceBoot - written.sinceBoot : read.wall - written.wall;
  return passed < 0 ? VERY_OLD : passed;
}

function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
