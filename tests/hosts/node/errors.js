/** @import { HttpError, IntegrationError, StorageError } from './contract.js' */

/** The file is not a plugin that this host can run. Nothing of it has run. */
export class UnusableComponent extends Error {
  name = 'UnusableComponent';
}

/** The file is not a conformance script. Nothing of it has been replayed. */
export class UnusableScript extends Error {
  name = 'UnusableScript';
}

/** The plugin's own answer: `case` and `payload` are those of the contract's `integration.error`. */
export class PluginError extends Error {
  name = 'PluginError';

  /** @param {IntegrationError} error */
  constructor({ tag, val }) {
    super(typeof val === 'string' ? `${tag}: ${val}` : tag);
    this.case = tag;
    this.payload = val;
  }
}

/** The call broke off: the plugin trapped or took too long, or the host could not do its part. */
export class CallFailed extends Error {
  name = 'CallFailed';
}

/**
 * An error that an import answers the plugin: jco takes the `payload`. The text holds no secret.
 *
 * @template {HttpError | StorageError} [E=HttpError | StorageError]
 */
export class ImportError extends Error {
  name = 'ImportError';

  /**
   * @param {E['tag']} tag
   * @param {E['val']} val
   */
  constructor(tag, val) {
    super(`${tag}: ${val}`);
    this.payload = { tag, val };
  }
}
