/** @import { ApiRequest, Exports, Setting } from './contract.js' */
/** @import { Host } from './host.js' */
/** @import { Subject } from './log.js' */

/**
 * A company's connection: the functions of the contract. What the plugin refuses is thrown as `PluginError`,
 * what broke off as `CallFailed`.
 */
export class Connection {
  #host;
  #subject;

  /**
   * @param {Host} host
   * @param {Subject} subject
   */
  constructor(host, subject) {
    this.#host = host;
    this.#subject = subject;
  }

  /** What the plugin is. @param {string} locale */
  describe(locale) {
    return this.#host.threads.run('describe', [locale]);
  }

  /**
   * A cause code in words; undefined for one that the plugin does not know.
   *
   * @param {string} code
   * @param {string} locale
   */
  explain(code, locale) {
    return this.#host.threads.run('explain', [code, locale]);
  }

  /**
   * Replaces all settings.
   *
   * @param {Setting[]} settings
   * @param {string} locale
   */
  configure(settings, locale) {
    return this.#inTurn('configure', settings, locale);
  }

  /** Opens an attempt: where to send the browser, and what to keep for its return. */
  async beginAuthorize() {
    return veiled(await this.#inTurn('beginAuthorize'), 'url', 'state', 'binding');
  }

  /**
   * Ends the attempt.
   *
   * @param {string} query the redirect's raw query, without `?`
   * @param {string} binding what the browser brought back, empty when nothing
   */
  handleCallback(query, binding) {
    return this.#inTurn('handleCallback', query, binding);
  }

  /** Where the connection stands. @param {string} locale */
  status(locale) {
    return this.#call('status', locale);
  }

  /** Switches the connection on or off. @param {boolean} enabled */
  setEnabled(enabled) {
    return this.#inTurn('setEnabled', enabled);
  }

  /** Revokes the grant and forgets the connection, every cell of it. @param {string} locale */
  remove(locale) {
    return this.#inTurn('remove', locale);
  }

  /**
   * An access token. Those who ask at the same time share the answer.
   *
   * @param {string} [refused] a value that the provider has just answered with 401
   */
  accessToken(refused) {
    const question = JSON.stringify([this.#subject.company, refused]);
    return this.#host.shared.ask(question, async () =>
      veiled(await this.#call('accessToken', refused), 'value'),
    );
  }

  /** A call of the provider's API. @param {ApiRequest} request */
  call(request) {
    return this.#call('call', request);
  }

  /** Asks the provider what the grant may do. */
  checkAccess() {
    return this.#call('checkAccess');
  }

  /** Keeps the grant alive; resolves to the Unix second of the next useful call. */
  maintain() {
    return this.#inTurn('maintain');
  }

  /** A support bundle as JSON, without secrets. */
  diagnostics() {
    return this.#call('diagnostics');
  }

  /**
   * @template {keyof Exports} F
   * @param {F} name
   * @param {Parameters<Exports[F]>} args
   * @returns {Promise<ReturnType<Exports[F]>>}
   */
  #call(name, ...args) {
    return this.#host.threads.run(name, args, this.#subject);
  }

  /**
   * For the calls that change something: one at a time.
   *
   * @template {keyof Exports} F
   * @param {F} name
   * @param {Parameters<Exports[F]>} args
   */
  #inTurn(name, ...args) {
    return this.#host.turns.take(this.#subject.company, () => this.#call(name, ...args));
  }
}

/**
 * Hides secrets from printing and serializing; they are read by name as ever.
 *
 * @template {object} T
 * @param {T} answer
 * @param {(keyof T)[]} secrets
 */
function veiled(answer, ...secrets) {
  for (const name of secrets) Object.defineProperty(answer, name, { enumerable: false });
  return answer;
}
