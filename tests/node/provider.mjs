// An authorization server that is not ours, set up to behave like Fortnox, and
// beside it, at an address of its own, the one API resource that the plugin
// reads.
//
//   node provider.mjs '{"client_id":…,"client_secret":…,"redirect_uri":…,"scope":…,"pkce":…,"services":…}'
//
// Prints its addresses on one line, by the names of the contract. Ends when
// standard input is closed, so that it never outlives who started it.

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

// It says on standard output that this is no way to run it in earnest.
console.info = console.warn = () => {};
const { default: Provider } = await import('oidc-provider');

const { pkce, services, ...client } = JSON.parse(process.argv[2]);
const DAY = 24 * 60 * 60;

// Who logs in stands for a company.
const COMPANIES = {
  exempel: { CompanyName: 'Exempel AB', OrganizationNumber: '556000-0001', DatabaseNumber: 1000001 },
  andra: { CompanyName: 'Andra AB', OrganizationNumber: '556000-0002', DatabaseNumber: 1000002 },
};

const listening = (server) =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });

const server = createServer();
const issuer = await listening(server);
const provider = new Provider(issuer, {
  clients: [
    {
      ...client,
      redirect_uris: [client.redirect_uri],
      redirect_uri: undefined,
      grant_types: ['authorization_code', 'refresh_token', ...(services ? ['client_credentials'] : [])],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  ],
  clientAuthMethods: ['client_secret_basic'],
  scopes: ['companyinformation', 'customer', 'project', 'invoice', 'payment', 'supplierinvoice'],
  routes: {
    authorization: '/oauth-v1/auth',
    token: '/oauth-v1/token',
    revocation: '/oauth-v1/revoke',
  },
  pkce: { required: () => pkce },
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  // For whom a service asks, as Fortnox has it.
  extraTokenClaims: (ctx, token) =>
    token.kind === 'ClientCredentials' ? { tenant: Number(ctx.get('TenantId')) } : undefined,
  expiresWithSession: () => false,
  ttl: {
    AuthorizationCode: 600,
    AccessToken: 3600,
    RefreshToken: 45 * DAY,
    Grant: 45 * DAY,
    Interaction: 3600,
    Session: 3600,
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});

// Login and consent in one: a form with `login` and `decision` is posted to the
// page itself.
async function interact(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.end('login and decision, please');
    return;
  }
  const answer = new URLSearchParams(await text(request));
  if (answer.get('decision') !== 'approve') {
    const error = { error: 'access_denied', error_description: 'End-User aborted interaction' };
    await provider.interactionFinished(request, response, error);
    return;
  }
  const accountId = answer.get('login');
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const grantId = await grant.save();
  const result = { login: { accountId }, consent: { grantId } };
  await provider.interactionFinished(request, response, result);
}

// The resource believes no token by itself: it asks the provider.
async function bearer(value) {
  const person = await provider.AccessToken.find(value);
  if (person?.isValid) {
    return { company: COMPANIES[person.accountId], scopes: person.scopes };
  }
  const service = await provider.ClientCredentials.find(value);
  if (service?.isValid) {
    const isTenant = (company) => company.DatabaseNumber === service.extra.tenant;
    return { company: Object.values(COMPANIES).find(isTenant), scopes: new Set(client.scope.split(' ')) };
  }
  return undefined;
}

async function companyInformation(request) {
  const [, value] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  const found = value && (await bearer(value));
  if (!found?.company) {
    return [401, { message: 'unauthorized' }];
  }
  if (!found.scopes.has('companyinformation')) {
    const Message = 'Har inte behörighet för scope';
    return [400, { ErrorInformation: { Error: 1, Message, Code: 2000663 } }];
  }
  return [200, { CompanyInformation: found.company }];
}

// What goes wrong here is a fault of the test: it has to be seen.
const handled = (handler) => (request, response) =>
  handler(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });

const oauth = provider.callback();
server.on(
  'request',
  handled(async (request, response) =>
    request.url.startsWith('/interaction/') ? interact(request, response) : oauth(request, response),
  ),
);

const api = createServer(
  handled(async (request, response) => {
    const known = request.method === 'GET' && request.url === '/3/companyinformation';
    const [status, body] = known ? await companyInformation(request) : [404, {}];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }),
);

console.log(
  JSON.stringify({
    authorize: `${issuer}/oauth-v1/auth`,
    token: `${issuer}/oauth-v1/token`,
    revoke: `${issuer}/oauth-v1/revoke`,
    api: await listening(api),
    issuer,
  }),
);
process.stdin.on('end', () => process.exit()).resume();
