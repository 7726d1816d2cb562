// The binary format of WebAssembly, which modules and components share as far as it is read here
// (WebAssembly core specification, sections 5.2.2 and 5.5.2).

import { UnusableComponent } from './errors.js';

/**
 * The sections of a module or component: each as it is, and its content.
 *
 * @param {Uint8Array} binary
 */
export function* sections(binary) {
  for (let at = 8; at < binary.length;) {
    const [size, start] = number(binary, at + 1);
    const end = start + size;
    if (end > binary.length) throw cutShort();
    yield { id: binary[at], whole: binary.subarray(at, end), content: binary.subarray(start, end) };
    at = end;
  }
}

/**
 * An unsigned LEB128 number, and where it ends.
 *
 * @param {Uint8Array} from
 * @param {number} at
 */
export function number(from, at) {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    if (at >= from.length) throw cutShort();
    const byte = from[at++];
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at];
  }
}

export const cutShort = () => new UnusableComponent('the component is damaged: it is cut short');
