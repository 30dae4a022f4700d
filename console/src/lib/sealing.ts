// Sealing a value in the browser to its scope's public key, so that no clear value is ever sent.
// One frozen HPKE profile (RFC 9180 base mode); the format is published in docs/sealed-format.md.
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";

export const SUITE_NAME = "HPKE-v1-X25519-SHA256-AES256GCM";
const KEY_BYTES = 32;
const LABEL = "bootseal/v1/value";

export interface PublicKey {
  key_id: string;
  suite: string;
  public_key: string;
  info: string;
}

export interface Owner {
  org: string;
  user: string;
}

export interface SealedValue {
  encrypted_value: string;
  key_id: string;
}

/** Join fields, each behind its length as 4 bytes big-endian, so that nothing moves from one into the next. */
export function lengthPrefixed(fields: readonly string[]): Uint8Array<ArrayBuffer> {
  const parts = fields.map((field) => new TextEncoder().encode(field));
  const out = new Uint8Array(parts.reduce((size, part) => size + 4 + part.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    out.set(part, at + 4);
    at += 4 + part.length;
  }
  return out;
}

/** The key of a scope inside sealed data: a private scope is one user's. */
export const scopeKey = (scope: string, user: string): string =>
  scope === "private" ? `private:${user}` : scope;

export const valueInfo = (owner: Owner, scope: string, envName: string): Uint8Array<ArrayBuffer> =>
  lengthPrefixed([LABEL, owner.org, scopeKey(scope, owner.user), envName]);

/** Encapsulated key, then ciphertext and tag: what the server stores and a boot opens. */
export async function seal(
  publicKey: Uint8Array<ArrayBuffer>,
  plaintext: Uint8Array<ArrayBuffer>,
  info: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey.buffer);
  const { ct, enc } = await suite.seal({ recipientPublicKey, info: info.buffer }, plaintext.buffer);
  const sealed = new Uint8Array(enc.byteLength + ct.byteLength);
  sealed.set(new Uint8Array(enc));
  sealed.set(new Uint8Array(ct), enc.byteLength);
  return sealed;
}

/** Refuse a key that is not of our profile. */
export function checkKey(key: PublicKey): Uint8Array<ArrayBuffer> {
  if (key.suite !== SUITE_NAME)
    throw new SealingError("The service offers a suite this console does not know. Reload the page.");
  const raw = fromBase64(key.public_key);
  if (raw.length !== KEY_BYTES) throw new SealingError("The service sent a public key of the wrong length.");
  return raw;
}

/** Seal for one name; what the value is bound to is built here and, where the service told it, compared. */
export async function sealValue(
  key: PublicKey,
  owner: Owner,
  scope: string,
  envName: string,
  value: string,
  compare = true,
): Promise<SealedValue> {
  const raw = checkKey(key);
  const info = valueInfo(owner, scope, envName);
  if (compare && toBase64(info) !== key.info)
    throw new SealingError(
      "The service named another owner, scope or variable than this one. Nothing was sent.",
    );
  const sealed = await seal(raw, new TextEncoder().encode(value), info);
  return { encrypted_value: toBase64(sealed), key_id: key.key_id };
}

/** Sealing was refused; the message tells what to do and holds no value. */
export class SealingError extends Error {
  override name = "SealingError";
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    throw new SealingError("The service sent something that is not base64.");
  }
}
