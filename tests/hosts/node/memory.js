// The memory of an instance. JavaScript sets no limit on what a module lets itself have, so one is written into
// the module, where its memories are declared (WebAssembly core specification, section 5.5.8).

import { number, sections } from './binary.js';
import { UnusableComponent } from './errors.js';

const MEMORY_SECTION = 5;
const MOST_PAGES = 1024; // of 64 KiB

/**
 * The same module, whose memories do not grow beyond 64 MiB.
 *
 * @param {Uint8Array} module
 */
export function limitMemory(module) {
  const parts = [module.subarray(0, 8)];
  for (const { id, whole, content } of sections(module)) {
    if (id === MEMORY_SECTION) {
      const limited = limits(content);
      parts.push(Uint8Array.of(MEMORY_SECTION, ...bytes(limited.length), ...limited));
    } else {
      parts.push(whole);
    }
  }
  return Buffer.concat(parts);
}

/** @param {Uint8Array} content of the memory section */
function limits(content) {
  let [count, at] = number(content, 0);
  const limited = bytes(count);
  for (; count > 0; count--) {
    const flags = content[at];
    let least,
      most = MOST_PAGES;
    [least, at] = number(content, at + 1);
    if (flags === 1) [most, at] = number(content, at);
    if (flags > 1 || least > MOST_PAGES) throw new UnusableComponent('the component wants too much memory');
    limited.push(1, ...bytes(least), ...bytes(Math.min(most, MOST_PAGES)));
  }
  return limited;
}

/** @param {number} value */
function bytes(value) {
  const coded = [];
  for (; value > 127; value = Math.floor(value / 128)) coded.push((value % 128) | 128);
  return [...coded, value];
}
