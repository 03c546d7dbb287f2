// A wallet and a verifier by @sd-jwt (npm) for the SD-JWT VC and status lists that `issuance` makes. The keys come from the
// certificates; signatures are verified by Node's own cryptography.
//
//   wallet.cjs verify FILE SIGNER.pem LIST.jwt LIST_SIGNER.pem CLAIM,CLAIM… [AUDIENCE NONCE]
//   wallet.cjs present FILE WALLET.pk8 OUT AUDIENCE NONCE CLAIM,CLAIM…
//   wallet.cjs status LIST.jwt SIGNER.pem INDEX=STATUS…
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const { SDJwtVcInstance } = require('@sd-jwt/sd-jwt-vc');
const { getListFromStatusListJWT } = require('@sd-jwt/jwt-status-list');

const read = (file) => fs.readFileSync(file, 'utf8').trim();
const hasher = (data, alg) => crypto.createHash(alg.replace('-', '')).update(data).digest();
const HASHES = { ES256: 'sha256', ES384: 'sha384', EdDSA: null };
const CURVES = { ES256: 'prime256v1', ES384: 'secp384r1', EdDSA: undefined };

function require_(condition, what) {
  if (!condition) throw new Error(what);
}

// Verifies `BASE64URL(header).BASE64URL(payload)` with a key of the algorithm in the header.
function verifier(key) {
  return async (input, signature) => {
    const { alg } = JSON.parse(Buffer.from(input.split('.')[0], 'base64url'));
    require_(alg in HASHES && key.asymmetricKeyDetails.namedCurve === CURVES[alg], `algorithm ${alg}`);
    const options = { key, dsaEncoding: 'ieee-p1363' };
    return crypto.verify(HASHES[alg], Buffer.from(input), options, Buffer.from(signature, 'base64url'));
  };
}

const keyOf = (pem) => new crypto.X509Certificate(read(pem)).publicKey;

async function verify([file, signer, list, listSigner, claims, audience, nonce]) {
  const text = read(file);
  const x5c = JSON.parse(Buffer.from(text.split('.')[0], 'base64url')).x5c;
  const chain = x5c.map((one) => new crypto.X509Certificate(Buffer.from(one, 'base64')));
  require_(chain.length === 2 && chain[0].verify(chain[1].publicKey), 'x5c: the second certifies the first');
  require_(chain[0].raw.equals(new crypto.X509Certificate(read(signer)).raw), 'x5c: the signer');
  const instance = new SDJwtVcInstance({
    hasher,
    hashAlg: 'sha-256',
    verifier: verifier(keyOf(signer)),
    kbVerifier: (input, signature, payload) =>
      verifier(crypto.createPublicKey({ key: payload.cnf.jwk, format: 'jwk' }))(input, signature),
    statusListFetcher: async (uri) => {
      require_(uri === 'https://status.example.mn/1', 'the list');
      return read(list);
    },
    statusVerifier: verifier(keyOf(listSigner)),
  });
  const result = await instance.verify(text, nonce ? { keyBindingNonce: nonce } : {});
  require_(!nonce || result.kb.payload.aud === audience, 'the audience');
  require_(result.header.typ === 'dc+sd-jwt' && result.payload.vct === 'urn:mn:pid:1', 'the type');
  const frame = ['cnf', 'exp', 'iat', 'iss', 'status', 'vct'];
  const found = Object.keys(result.payload).sort().join(' ');
  require_(found === [...frame, ...claims.split(',')].sort().join(' '), `the claims: ${found}`);
}

async function present([file, wallet, out, audience, nonce, claims]) {
  const key = crypto.createPrivateKey({ key: fs.readFileSync(wallet), format: 'der', type: 'pkcs8' });
  const instance = new SDJwtVcInstance({
    hasher,
    hashAlg: 'sha-256',
    kbSigner: async (input) =>
      crypto.sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
    kbSignAlg: 'ES256',
  });
  const frame = Object.fromEntries(claims.split(',').map((name) => [name, true]));
  const payload = { iat: Math.floor(Date.now() / 1000), aud: audience, nonce };
  fs.writeFileSync(out, await instance.present(read(file), frame, { kb: { payload } }));
}

async function status([list, signer, ...expected]) {
  const jwt = read(list);
  const [header, payload, signature] = jwt.split('.');
  const parsed = JSON.parse(Buffer.from(payload, 'base64url'));
  require_(await verifier(keyOf(signer))(`${header}.${payload}`, signature), 'the signature');
  require_(JSON.parse(Buffer.from(header, 'base64url')).typ === 'statuslist+jwt', 'the type');
  require_(parsed.exp > Date.now() / 1000, 'the list is stale');
  const statuses = getListFromStatusListJWT(jwt);
  for (const [index, value] of expected.map((one) => one.split('='))) {
    require_(String(statuses.getStatus(Number(index))) === value, `status ${index}: ${statuses.getStatus(Number(index))}`);
  }
}

const [command, ...rest] = process.argv.slice(2);
({ verify, present, status })[command](rest).then(
  () => console.log('taken'),
  (error) => {
    console.log(`refused: ${error.message}`);
    process.exit(1);
  },
);
