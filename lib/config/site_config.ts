/** A site of cnapt.yaml: a SNAPT, and what is offered of it here. */
import { type ClientServiceConfig, clientServiceConfig } from "./client_service_config.ts";
import { hostPort, target } from "./common_settings.ts";
import type { Form } from "./form.ts";
import type { HostPort } from "./host_port.ts";
import { type OfferConfig, offerConfig } from "./offer_config.ts";
import {
  named,
  object,
  oneOrMore,
  optional,
  parsed,
  type Reader,
  required,
  wholeNumber,
} from "./schema.ts";
import type { SecretReader } from "./secret_reference.ts";
import { NO_SERVER_NAME, parseServerName, type ServerNameChoice } from "./server_name.ts";
import { decodeTicket, type Ticket } from "./ticket.ts";

/** Where SNAPT may be, the preferred first, one at least. */
export function placesOf(
  { address, ticket }: Pick<SiteConfig, "address" | "ticket">,
): readonly [HostPort, ...HostPort[]] {
  const [first, ...others] = address;
  return first === undefined ? [ticket.address] : [first, ...others];
}

export interface SiteConfig {
  readonly ticket: Ticket;
  /** Where SNAPT is, the preferred first, when that is not only where the ticket says; else empty. */
  readonly address: readonly HostPort[];
  /** What is asked for in TLS, in the clear. */
  readonly serverName: ServerNameChoice;
  /** Where each service is offered; null: all that SNAPT announces, on their real ports. */
  readonly services: ReadonlyMap<string, OfferConfig> | null;
  /** Where programs ask for other destinations, in the language of SOCKS5; null: nowhere. */
  readonly socks5: HostPort | null;
  /** The same in the language of HTTP CONNECT. */
  readonly http: HostPort | null;
  /** Ports of client applications, offered to the server applications of this site. */
  readonly clientServices: ReadonlyMap<string, ClientServiceConfig>;
  /** Where SNAPT dials CNAPT for those with `reach: direct`; 0: nothing is said. */
  readonly directPort: number;
  /** The server, as `ssh://…`, that `cnapt join` has set up for this site; null: none. */
  readonly setUpOver: string | null;
}

const NO_TICKET: Ticket = {
  name: "",
  address: { host: "", port: 0 },
  site: "",
  id: new Uint8Array(16),
  key: new Uint8Array(32),
  certificate: null,
};

const SSH_SERVER = /^ssh:\/\/\S+$/;
const sshServer: Reader<string | null> = parsed(
  (value) => {
    if (typeof value === "string" && SSH_SERVER.test(value)) return value;
    throw new TypeError("write ssh://USER@HOST, as `cnapt join` has it");
  },
  null,
  {
    ...{ kind: "text", what: "ssh://USER@HOST", pattern: SSH_SERVER.source },
    example: "ssh://me@home.example.org",
  },
);

const SECRET_FIELD = {
  form: { kind: "text", what: "a text", pattern: "." },
  isRequired: false,
  fallback: undefined,
} as const;

const TICKET_FORM: Form = {
  kind: "either",
  forms: [
    { kind: "text", what: "the line of a ticket", pattern: String.raw`^\s*cnapt1\.` },
    {
      kind: "object",
      fields: {
        file: { ...SECRET_FIELD, says: "The file that has the line.", example: "home.ticket" },
        credential: {
          ...SECRET_FIELD,
          says: "The name of a file in $CREDENTIALS_DIRECTORY that has it.",
          example: "home",
        },
      },
    },
  ],
};

/** The line of a ticket, or where that line is. */
function ticketReader(secret: SecretReader): Reader<Ticket> {
  return parsed(
    (value) => {
      const isElsewhere = typeof value === "object" && value !== null;
      return decodeTicket(isElsewhere ? secret(value) : String(value ?? ""));
    },
    NO_TICKET,
    TICKET_FORM,
  );
}

const serverName = parsed(parseServerName, NO_SERVER_NAME, {
  kind: "text",
  what: "none, client, or a name",
  pattern: String.raw`^(none|client|[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+)$`,
  example: "www.example.org",
});

const SITE_FIELDS = {
  address: optional(oneOrMore(target), [], {
    says: "Where SNAPT is, the preferred first: one address or a list.",
    ...{ usual: "as the ticket says", example: "home.example.org:7787" },
  }),
  serverName: optional(serverName, NO_SERVER_NAME, {
    says: "What is asked for in TLS, in the clear: none, client, or a name.",
    usual: "none",
  }),
  services: optional(named("service", offerConfig), null, {
    says: "What is offered here, by the names of SNAPT's services.",
    usual: "all that SNAPT announces",
  }),
  socks5: optional(hostPort, null, {
    says: "Where programs ask for other destinations by SOCKS5.",
    ...{ usual: "nowhere", example: "127.0.0.1:1080" },
  }),
  http: optional(hostPort, null, {
    says: "Where they ask for them by HTTP CONNECT.",
    ...{ usual: "nowhere", example: "127.0.0.1:3128" },
  }),
  clientServices: optional(
    named("client service", clientServiceConfig),
    new Map(),
    "Ports of this side that server applications reach, by names of your choice.",
  ),
  directPort: optional(wholeNumber(1, 65_535), 0, {
    says: "Where SNAPT dials this machine for those with reach: direct.",
    ...{ usual: "nowhere", example: "7790" },
  }),
  setUpOver: optional(sshServer, null, {
    says: "The server that cnapt join has set up for this site.",
  }),
} as const;

/** Reads a site; `secret` reads a ticket that does not stand in the file. */
export function siteConfig(secret: SecretReader): Reader<SiteConfig> {
  const ticket = required(ticketReader(secret), "`cnapt join CODE` writes it", {
    says: "What cnapt join wrote: certificate and key, a secret; or where that line is.",
    example: "{ file: home.ticket }",
  });
  return object({ ticket, ...SITE_FIELDS });
}
