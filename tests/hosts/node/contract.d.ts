// The contract erp:integration@0.1.0 as jco presents it to JavaScript: members in camelCase, enums as their
// names, variants as { tag, val }, options as undefined, u64 as bigint, lists of bytes as Uint8Array.

// ---- http

export type Field = [name: string, value: string];
export type HttpAuthorization = { tag: 'none' } | { tag: 'client' } | { tag: 'bearer'; val: string };
export interface Guard {
  key: string;
  version: string;
  maxAge: number;
}
export interface HttpRequest {
  method: string;
  uri: string;
  headers: Field[];
  authorization: HttpAuthorization;
  body: Uint8Array;
  timeout: number;
  guard?: Guard;
  keep?: string;
}
export interface Response {
  status: number;
  headers: Field[];
  body: Uint8Array;
}
export type HttpError =
  | { tag: 'denied'; val: string }
  | { tag: 'not-sent'; val: string }
  | { tag: 'no-answer'; val: string }
  | { tag: 'limited'; val: number }
  | { tag: 'other'; val: string };

// ---- storage

export interface Entry {
  value: Uint8Array;
  version: string;
  age: bigint;
}
export type Precondition = { tag: 'always' } | { tag: 'absent' } | { tag: 'unchanged'; val: string };
export interface StorageError {
  tag: 'missing' | 'conflict' | 'unavailable' | 'in-doubt' | 'too-large' | 'other';
  val: string;
}

// ---- registration and log

export interface App {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  endpoints: [name: string, url: string][];
  options: [name: string, value: string][];
}
export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical';

// ---- integration

export interface Choice {
  value: string;
  label: string;
}
export type Kind =
  { tag: 'toggle' | 'text' | 'email' | 'number' | 'secret' } | { tag: 'choice'; val: Choice[] };
export interface FormField {
  key: string;
  section: string;
  label: string;
  help: string;
  kind: Kind;
  initial: string;
  required: boolean;
  locked: boolean;
}
export interface Origin {
  url: string;
  requests: number;
  window: number;
}
export interface Descriptor {
  id: string;
  name: string;
  version: string;
  vendor: string;
  homepage: string;
  summary: string;
  icon: string;
  origins: Origin[];
  scopes: string[];
  locales: string[];
  form: FormField[];
}
export interface Remedy {
  who: 'administrator' | 'provider-administrator' | 'operator' | 'provider';
  step: string;
  place: string;
}
export interface Explanation {
  title: string;
  detail: string;
  remedies: Remedy[];
}
export type Setting = [key: string, value: string];
export interface Problem {
  key: string;
  code: string;
  message: string;
}
/** `state` and `binding` are secrets, and so is `url`, which holds `state`. */
export interface Authorization {
  url: string;
  state: string;
  binding: string;
  expires: bigint;
}
export interface Attempt {
  started: bigint;
  expires: bigint;
  failure?: string;
}
export interface Organization {
  id: string;
  name: string;
  number: string;
}
export interface Grant {
  account: string;
  holder: string;
  organization?: Organization;
  scopes: string[];
  granted: bigint;
  renewed: bigint;
  renewBy?: bigint;
  condition: { tag: 'good' } | { tag: 'in-doubt'; val: string } | { tag: 'ended'; val: string };
}
export interface Access {
  area: string;
  label: string;
  verdict: 'unchecked' | 'granted' | 'missing-scope' | 'missing-licence' | 'missing-right' | 'unknown';
  providerCode: string;
  providerMessage: string;
  checked?: bigint;
}
export interface Finding {
  code: string;
  severity: 'info' | 'warning' | 'error';
  area?: string;
  title: string;
  detail: string;
  remedies: Remedy[];
  reauthorizeHelps: boolean;
  /** As the provider wrote it: never to be drawn as HTML. */
  providerCode: string;
  providerMessage: string;
  since: bigint;
}
export interface Report {
  stage: 'unconfigured' | 'unauthorized' | 'authorizing' | 'failed' | 'authorized' | 'attention';
  headline: string;
  enabled: boolean;
  settings: Setting[];
  attempt?: Attempt;
  grant?: Grant;
  access: Access[];
  findings: Finding[];
  actions: ('configure' | 'authorize' | 'reauthorize' | 'enable' | 'disable' | 'check-access' | 'remove')[];
}
export interface Receipt {
  revoked: boolean;
  remaining: Remedy[];
}
/** `value` is a secret. */
export interface Token {
  value: string;
  expires: bigint;
  renew: bigint;
}
export interface ApiRequest {
  method: string;
  path: string;
  headers: Field[];
  body: Uint8Array;
  timeout: number;
}
export interface Retry {
  reason: string;
  after: number;
}
export interface ProviderError {
  status: number;
  code: string;
  message: string;
}
export type IntegrationError =
  | { tag: 'invalid-settings'; val: Problem[] }
  | { tag: 'rejected'; val: string }
  | { tag: 'misconfigured'; val: string }
  | { tag: 'callback-rejected'; val: string }
  | { tag: 'authorization-required'; val: string }
  | { tag: 'forbidden'; val: Finding }
  | { tag: 'unavailable'; val: Retry }
  | { tag: 'provider'; val: ProviderError }
  | { tag: 'storage'; val: string }
  | { tag: 'other'; val: string };

/** The functions of `integration`, by jco's names. */
export interface Exports {
  describe(locale: string): Descriptor;
  explain(code: string, locale: string): Explanation | undefined;
  configure(settings: Setting[], locale: string): void;
  beginAuthorize(): Authorization;
  handleCallback(query: string, binding: string): void;
  status(locale: string): Report;
  setEnabled(enabled: boolean): void;
  remove(locale: string): Receipt;
  accessToken(refused: string | undefined): Token;
  call(request: ApiRequest): Response;
  checkAccess(): Access[];
  maintain(): bigint;
  diagnostics(): string;
}

/** What a plugin may import, by jco's names. An error is thrown, as an object with the case as `payload`. */
export interface Imports {
  'erp:integration/registration': { current(): App | undefined };
  'erp:integration/http': { send(request: HttpRequest): Response };
  'erp:integration/storage': {
    get(key: string): Entry;
    put(key: string, value: Uint8Array, when: Precondition): string;
    delete(key: string, when: Precondition): void;
  };
  'erp:integration/log': { log(level: Level, context: string, message: string): void };
  'wasi:clocks/wall-clock': {
    now(): { seconds: bigint; nanoseconds: number };
    resolution(): { seconds: bigint; nanoseconds: number };
  };
  'wasi:random/random': { getRandomBytes(length: bigint): Uint8Array; getRandomU64(): bigint };
  'wasi:random/insecure-seed': { insecureSeed(): [bigint, bigint] };
}
