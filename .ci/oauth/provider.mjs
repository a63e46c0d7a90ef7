// oidc-provider as a provider of sign-ins on the loopback, with a door for the checks:
//   POST /knob {"fail": [{"path": "/token", "status": 500, "delay": 0, "count": 2, "error": "slow_down"}], "life": 5}
//   POST /knob {"hold": 300}          keeps answers with tokens back, when they are decided
//   POST /knob {"revoke": true}       ends all sign-ins
//   GET  /counts                      what was asked of /token, and how it ended
//   GET  /secrets                     all that nobody else may see
import http from 'node:http';
import { Provider } from 'oidc-provider';

const [, , port, dovecotSecret, deviceLife] = process.argv;
const issuer = `http://127.0.0.1:${port}`;
const knobs = { fail: [], life: 3600 };
const counts = {};
const secrets = new Set(['mailshot-client-secret']);
const grants = new Set();

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'mailshot', client_secret: 'mailshot-client-secret', token_endpoint_auth_method: 'client_secret_post', application_type: 'native',
      redirect_uris: ['http://127.0.0.1'], response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    },
    { client_id: 'dovecot', client_secret: dovecotSecret, redirect_uris: [], response_types: [], grant_types: [], introspection_endpoint_auth_method: 'client_secret_basic' },
  ],
  features: {
    deviceFlow: { enabled: true }, devInteractions: { enabled: true }, revocation: { enabled: true }, userinfo: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
  },
  pkce: { required: () => true, methods: ['S256'] },
  scopes: ['openid', 'offline_access', 'email', 'mail'],
  claims: { email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: id, email_verified: true }) }),
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  ttl: {
    AccessToken: () => knobs.life, RefreshToken: 86400, Grant: 86400, Session: 86400, Interaction: 600, IdToken: 3600, AuthorizationCode: 60,
    DeviceCode: Number(deviceLife),
  },
  cookies: { keys: ['not a secret'] },
});
provider.on('grant.success', (ctx) => { if (ctx.oidc.entities.Grant) grants.add(ctx.oidc.entities.Grant); });

// remember notes the secrets of an answer, and keeps it back for a while if a knob says so.
function remember(res) {
  const end = res.end.bind(res);
  res.end = (chunk, ...rest) => {
    try {
      const said = JSON.parse(chunk);
      for (const name of ['access_token', 'refresh_token', 'id_token', 'device_code']) if (said[name]) secrets.add(said[name]);
    } catch { /* no answer with secrets */ }
    if (knobs.hold) setTimeout(() => end(chunk, ...rest), knobs.hold);
    else end(chunk, ...rest);
    return res;
  };
}

const app = provider.callback();
process.on('unhandledRejection', () => {}); // of a client that was killed while it spoke
process.on('uncaughtException', () => {});
const body = async (req) => { let s = ''; for await (const c of req) s += c; return s; };
const count = (name) => { counts[name] = (counts[name] || 0) + 1; };

http.createServer(async (req, res) => {
  const path = req.url.split('?')[0];
  if (path === '/counts') { res.end(JSON.stringify(counts)); return; }
  if (path === '/secrets') { res.end(JSON.stringify([...secrets])); return; }
  if (path === '/knob') {
    const k = JSON.parse(await body(req));
    if (k.revoke) { for (const g of grants) await g.destroy(); }
    Object.assign(knobs, k);
    res.end('{}');
    return;
  }
  if (path === '/token' || path === '/device/auth') remember(res);
  const f = knobs.fail.find((x) => x.path === path && x.count > 0);
  if (f) {
    f.count--;
    if (f.delay) await new Promise((done) => setTimeout(done, f.delay));
    if (f.status || f.error) {
      count(`${path} ${f.status || 400}`);
      res.writeHead(f.status || 400, { 'content-type': 'application/json' });
      res.end(f.error ? JSON.stringify({ error: f.error, error_description: await body(req) }) : '');
      return;
    }
  }
  if (path === '/token') {
    // Which grant it is, without taking the body from the provider.
    const text = await body(req);
    req.body = Object.fromEntries(new URLSearchParams(text));
    const grant = req.body.grant_type;
    for (const name of ['code', 'code_verifier']) if (req.body[name]) secrets.add(req.body[name]);
    res.on('finish', () => count(`${grant} ${res.statusCode}`));
  }
  app(req, res);
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
