/**
 * The name that a CNAPT asks for in TLS. It travels in the clear, so it is of no use but to what
 * passes links on by it: a link is secured by the pinned certificate, whatever it is called.
 */
import { createHash } from "node:crypto";
import { unreachable } from "../core/exhaustive.ts";
import { isNumericAddress } from "./host_port.ts";
import { shownValue } from "./shown_value.ts";

/** What `serverName:` of a site says. */
export type ServerNameChoice =
  /** No name is asked for. */
  | { readonly kind: "none" }
  /** A name of this CNAPT's own, by which a load balancer brings it back to its SNAPT. */
  | { readonly kind: "client" }
  /** This one, by which a proxy in front tells SNAPT from what else is on its port. */
  | { readonly kind: "name"; readonly name: string };

export const NO_SERVER_NAME: ServerNameChoice = { kind: "none" };

const MOST_CHARS = 253;
const LABELS =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/**
 * Reads `none`, `client` or a name.
 *
 * @throws {TypeError} it is none of these
 */
export function parseServerName(value: unknown): ServerNameChoice {
  if (value === "none" || value === "client") return { kind: value };
  const isName = typeof value === "string" && value.length <= MOST_CHARS && LABELS.test(value) &&
    value.includes(".") && !isNumericAddress(value);
  if (isName) return { kind: "name", name: value };
  throw new TypeError(
    `${shownValue(value)} is no server name: write none, client, or a name such as www.example.org`,
  );
}

/** The name that the CNAPT with this ID asks for; null: none. */
export function serverNameOf(choice: ServerNameChoice, id: Uint8Array): string | null {
  switch (choice.kind) {
    case "none":
      return null;
    case "client":
      return serverNameFor(id);
    case "name":
      return choice.name;
    default:
      return unreachable(choice);
  }
}

/** The same name each time for the CNAPT with this ID; it tells nobody the ID. */
export function serverNameFor(id: Uint8Array): string {
  return `${createHash("sha256").update(id).digest("hex").slice(0, 32)}.snapt.internal`;
}
