// The memory of an instance. JavaScript sets no limit on what a module lets itself have, so one is written into
// the module, where its memories are declared (WebAssembly core specification, section 5.5.8).

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
  for (let at = 8; at < module.length;) {
    const [size, start] = number(module, at + 1);
    if (module[at] === MEMORY_SECTION) {
      const limited = limits(module.subarray(start, start + size));
      parts.push(Uint8Array.of(MEMORY_SECTION, ...bytes(limited.length), ...limited));
    } else {
      parts.push(module.subarray(at, start + size));
    }
    at = start + size;
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

/**
 * An unsigned LEB128 number, and where it ends.
 *
 * @param {Uint8Array} from
 * @param {number} at
 */
function number(from, at) {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = from[at++];
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at];
  }
}

/** @param {number} value */
function bytes(value) {
  const coded = [];
  for (; value > 127; value = Math.floor(value / 128)) coded.push((value % 128) | 128);
  return [...coded, value];
}
