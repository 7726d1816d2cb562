/** @import { App } from './contract.js' */

/** The operator's registration of this host as an app at the provider. */
export class Registration {
  #clientSecret;

  /**
   * @param {object} app
   * @param {string} app.clientId
   * @param {string} app.clientSecret stays on this side: no plugin sees it
   * @param {string} app.redirectUri
   * @param {string[]} app.scopes
   * @param {Record<string, string>} [app.endpoints] other URLs than the provider's own, by the contract's names
   * @param {Record<string, string>} [app.options] open settings of the plugin
   * @param {'form' | 'raw'} [app.basic] whether id and secret are form-encoded first, as RFC 6749 section 2.3.1
   *   has it, or not, as some providers insist
   */
  constructor({ clientId, clientSecret, redirectUri, scopes, endpoints = {}, options = {}, basic = 'raw' }) {
    this.clientId = clientId;
    this.redirectUri = redirectUri;
    this.scopes = scopes;
    this.endpoints = endpoints;
    this.options = options;
    this.basic = basic;
    this.#clientSecret = clientSecret;
  }

  /** What a plugin may know. @returns {App} */
  get app() {
    const { clientId, redirectUri, scopes, endpoints, options } = this;
    return {
      clientId,
      redirectUri,
      scopes,
      endpoints: Object.entries(endpoints),
      options: Object.entries(options),
    };
  }

  /** The value of `Authorization` for the client itself. Secret. */
  clientCredentials() {
    const encode = this.basic === 'form' ? formEncoded : (/** @type {string} */ text) => text;
    const pair = `${encode(this.clientId)}:${encode(this.#clientSecret)}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  }
}

/** @param {string} text */
const formEncoded = (text) => new URLSearchParams([['', text]]).toString().slice(1);
