import { readFileSync } from "node:fs";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { describe, expect, test } from "vitest";
import {
  checkKey,
  fromBase64,
  type Owner,
  type PublicKey,
  seal,
  SealingError,
  sealValue,
  SUITE_NAME,
  toBase64,
  valueInfo,
} from "../src/lib/sealing";

interface Vector {
  owner: Owner;
  scope: string;
  env_name: string;
  info: string;
  value: string;
  sealed_by_python: string;
}

interface Vectors {
  suite: string;
  private_key: string;
  public_key: string;
  vectors: Vector[];
}

const { vectors, ...keys } = JSON.parse(
  readFileSync(new URL("vectors/sealing.json", import.meta.url), "utf8"),
) as Vectors;

async function open(sealed: Uint8Array<ArrayBuffer>, info: Uint8Array<ArrayBuffer>): Promise<string> {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const recipientKey = await suite.kem.deserializePrivateKey(fromBase64(keys.private_key).buffer);
  const opened = await suite.open(
    { recipientKey, enc: sealed.slice(0, 32).buffer, info: info.buffer },
    sealed.slice(32).buffer,
  );
  return new TextDecoder().decode(opened);
}

const keyFor = (vector: Vector): PublicKey => ({
  key_id: "k000001",
  suite: keys.suite,
  public_key: keys.public_key,
  info: vector.info,
});

test("the profile has the name the service gives it", () => {
  expect(keys.suite).toBe(SUITE_NAME);
});

describe.each(vectors)("$scope $env_name", (vector) => {
  test("is bound to the same bytes as in Python", () => {
    expect(toBase64(valueInfo(vector.owner, vector.scope, vector.env_name))).toBe(vector.info);
  });

  test("sealed by Python opens here", async () => {
    const info = valueInfo(vector.owner, vector.scope, vector.env_name);
    expect(await open(fromBase64(vector.sealed_by_python), info)).toBe(vector.value);
  });

  test("sealed here opens, and is longer by the key and the tag", async () => {
    const sealed = await sealValue(keyFor(vector), vector.owner, vector.scope, vector.env_name, vector.value);
    const bytes = fromBase64(sealed.encrypted_value);
    expect(sealed.key_id).toBe("k000001");
    expect(bytes.length).toBe(new TextEncoder().encode(vector.value).length + 48);
    expect(await open(bytes, fromBase64(vector.info))).toBe(vector.value);
  });

  test("does not open under another name", async () => {
    const info = valueInfo(vector.owner, vector.scope, `${vector.env_name}_X`);
    await expect(open(fromBase64(vector.sealed_by_python), info)).rejects.toThrow();
  });
});

describe("nothing is sealed", () => {
  const vector = vectors[0] as Vector;
  const sealWith = (key: PublicKey): Promise<unknown> =>
    sealValue(key, vector.owner, vector.scope, vector.env_name, "value-for-a-test");

  test("to another owner, scope or variable than the one asked for", async () => {
    const info = toBase64(valueInfo({ ...vector.owner, org: "globex" }, vector.scope, vector.env_name));
    await expect(sealWith({ ...keyFor(vector), info })).rejects.toThrow(SealingError);
  });
  test("with a suite this page does not know", async () => {
    await expect(sealWith({ ...keyFor(vector), suite: "HPKE-v2" })).rejects.toThrow(SealingError);
  });
  test("to a key of the wrong length, or to none", () => {
    expect(() => checkKey({ ...keyFor(vector), public_key: toBase64(new Uint8Array(31)) })).toThrow(
      SealingError,
    );
    expect(() => checkKey({ ...keyFor(vector), public_key: "?" })).toThrow(SealingError);
  });
  test("to a point of low order", async () => {
    await expect(sealWith({ ...keyFor(vector), public_key: toBase64(new Uint8Array(32)) })).rejects.toThrow();
  });
});

test("two seals of one value differ", async () => {
  const info = valueInfo({ org: "acme", user: "u" }, "shared", "A");
  const key = fromBase64(keys.public_key);
  const text = new TextEncoder().encode("same");
  expect(toBase64(await seal(key, text, info))).not.toBe(toBase64(await seal(key, text, info)));
});
