import type { Client } from "../../../../lib/config/clients_store.ts";

/** A client with a key that only a test would have. */
export function clientNamed(name: string, changes: Partial<Client> = {}): Client {
  return {
    name,
    idHex: new TextEncoder().encode(name.padEnd(16, "-")).slice(0, 16).toHex(),
    keyHex: "5e".repeat(32),
    services: "all",
    createdAt: "2026-01-01T00:00:00.000Z",
    revokedAt: null,
    ...changes,
  };
}
