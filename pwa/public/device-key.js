// Asks the device's own lock (fingerprint, face, PIN) for a secret: WebAuthn's `prf` extension. Only a page may ask;
// what it gets goes to the worker at once and is kept nowhere.

const SALT_BYTES = 32;

function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

function output(credential) {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  return first && new Uint8Array(first);
}

// Whether it is worth offering; only `create` shows whether the device's lock really gives secrets.
export async function available() {
  // The name of a site must be one: no credential is made for an address in numbers.
  if (!globalThis.PublicKeyCredential || /^[\d.]+$|:/.test(location.hostname)) return false;
  try {
    return await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
  } catch {
    return false;
  }
}

// Makes a credential on this device: resolves to [credential, salt, secret], or to null where its lock gives no
// secrets or the person said no.
export async function create() {
  const salt = random(SALT_BYTES);
  try {
    const created = await navigator.credentials.create({ publicKey: {
      rp: { name: 'Kiến Nghị' },
      user: { id: random(16), name: 'Kiến Nghị', displayName: 'Kiến Nghị' },
      challenge: random(32),
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -257 }],
      // Android gives secrets only for credentials that it may show in its list.
      authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'preferred', userVerification: 'required' },
      extensions: { prf: { eval: { first: salt } } },
    } });
    if (!created.getClientExtensionResults().prf?.enabled) return null;
    const credential = new Uint8Array(created.rawId);
    const secret = output(created) || await ask(credential, salt);
    return secret && [credential, salt, secret];
  } catch {
    return null;
  }
}

// The secret of a credential made before; null where the person said no.
export async function ask(credential, salt) {
  try {
    return output(await navigator.credentials.get({ publicKey: {
      challenge: random(32),
      allowCredentials: [{ type: 'public-key', id: credential, transports: ['internal'] }],
      userVerification: 'required',
      extensions: { prf: { eval: { first: salt } } },
    } })) || null;
  } catch {
    return null;
  }
}
