// A browser without scripts: it keeps cookies, and stops where a redirect leads out of the server.

import assert from 'node:assert/strict';

/** @typedef {{ url: URL, text: string } | { returned: URL }} Arrival at a page, or out of the server */

export class Browser {
  /** @type {Map<string, string>} */
  #cookies = new Map();

  /**
   * @param {URL} url
   * @param {Record<string, string>} [fields] of a form that is posted
   * @returns {Promise<Arrival>}
   */
  async open(url, fields) {
    assert.match(url.origin, /^http:\/\/127\.0\.0\.1:\d+$/);
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = fields && new URLSearchParams(fields);
    const method = body ? 'POST' : 'GET';
    const answer = await fetch(url, { method, body, headers: { cookie }, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /** @type {RegExpExecArray} */ (/^([^=]*)=([^;]*)/.exec(line));
      this.#cookies.set(name, value);
    }
    const text = await answer.text();
    const location = answer.headers.get('location');
    if (location === null) return { url, text };
    const next = new URL(location, url);
    return next.origin === url.origin ? this.open(next) : { returned: next };
  }
}

/**
 * The first form of a page: its id, and its hidden fields.
 *
 * @param {string} html
 */
export function form(html) {
  const [text] = /<form[^]*?<\/form>/.exec(html) ?? [''];
  const hidden = text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  /** @type {Record<string, string>} */
  const fields = Object.fromEntries([...hidden].map(([, name, value]) => [name, value]));
  return { id: /<form id="([^"]*)"/.exec(text)?.[1], fields };
}
