import { derOf } from "./pem.ts";
import { makeOwnFolder } from "./own_folder.ts";
import { readSecretFile, writeSecretFile } from "./secret_file.ts";

/** Who a SNAPT is: its certificate, which CNAPTs pin, its private key, and a secret. */
export interface Identity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly secret: Uint8Array;
}

const SECRET_BYTES = 32;

/** An identity file that cannot be read or is not one. */
export class IdentityInvalid extends Error {
  override readonly name = "IdentityInvalid";
}

/** Makes a new certificate, key and secret. */
export async function createIdentity(): Promise<Identity> {
  const { createCertificate } = await import("./certificate.ts");
  return {
    ...await createCertificate(),
    secret: crypto.getRandomValues(new Uint8Array(SECRET_BYTES)),
  };
}

export async function saveIdentity(path: string, identity: Identity): Promise<void> {
  const { certificatePem, privateKeyPem, secret } = identity;
  const content = { version: 1, certificatePem, privateKeyPem, secret: secret.toHex() };
  await makeOwnFolder(path);
  await writeSecretFile(path, `${JSON.stringify(content, null, 2)}\n`);
}

/** What makes the identity of a SNAPT. */
const SNAPT_INIT = "snapt init";
/** What makes that of a relay. */
export const RELAY_INIT = "snapt relay init";

/** @throws {IdentityInvalid} there is no such file, or it is no identity; `maker` makes one */
export async function loadIdentity(path: string, maker: string = SNAPT_INIT): Promise<Identity> {
  let source: string;
  try {
    source = await readSecretFile(path);
  } catch (cause) {
    throw new IdentityInvalid(
      `Cannot read the identity ${path}: ${reason(cause)}; \`${maker}\` makes one`,
      { cause },
    );
  }
  try {
    const content: unknown = JSON.parse(source);
    const secret = Uint8Array.fromHex(textField(content, "secret"));
    // The token of the status endpoint is made of it: a short one could be guessed.
    if (secret.length !== SECRET_BYTES) throw new TypeError("the secret is not whole");
    return {
      certificatePem: textField(content, "certificatePem"),
      privateKeyPem: textField(content, "privateKeyPem"),
      secret,
    };
  } catch (cause) {
    throw new IdentityInvalid(`Cannot use the identity ${path}: it is damaged`, { cause });
  }
}

/** The certificate in DER, as tickets carry it. */
export function certificateDer(identity: Identity): Uint8Array {
  return derOf(identity.certificatePem);
}

function textField(content: unknown, name: string): string {
  const value: unknown = typeof content === "object" && content !== null
    ? Reflect.get(content, name)
    : undefined;
  if (typeof value !== "string") throw new TypeError(`${name} is missing`);
  return value;
}

function reason(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "there is no such file";
  if (cause instanceof Deno.errors.PermissionDenied) return "this user is not allowed to read it";
  return cause instanceof Error ? cause.message : String(cause);
}
