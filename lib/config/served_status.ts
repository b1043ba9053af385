import { hostPort, statusAddressOr } from "./common_settings.ts";
import type { HostPort } from "./host_port.ts";
import { shownValue } from "./shown_value.ts";
import { object, parsed, type Reader, reader, required } from "./schema.ts";

/** Where the status endpoint is. */
export interface ServedStatus extends HostPort {
  /** Where browsers see its page: a proxy there ends TLS; absent: on this machine only. */
  readonly origin?: string;
}

const EXAMPLE = "https://snapt.example.org";

/** `https://HOST` or `https://HOST:PORT`, in the form in which browsers say it. */
const httpsOrigin: Reader<string> = parsed(
  (value) => {
    const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
    if (url?.protocol === "https:" && url.href === `${url.origin}/`) return url.origin;
    throw new TypeError(
      `${shownValue(value)} is no place where browsers see the page through a proxy that ends ` +
        `TLS: say ${EXAMPLE}, with nothing behind the name but a port`,
    );
  },
  EXAMPLE,
  { kind: "text", what: "an origin", pattern: "^https://[^/]+/?$", example: EXAMPLE },
);

const behindProxy = object({
  listen: required(
    hostPort,
    "say where the proxy asks, such as 10.0.0.5:7788",
    "Where the proxy asks; nothing encrypts what runs between the two.",
  ),
  origin: required(
    httpsOrigin,
    `say where browsers see the page, such as ${EXAMPLE}`,
    "Where browsers see the page; it is served to no other place but this machine.",
  ),
});

const onThisMachine = statusAddressOr(
  "from elsewhere it is reached through `ssh -L`, or through a proxy that ends TLS, with " +
    `\`status: { listen: 10.0.0.5:7788, origin: ${EXAMPLE} }\``,
);

/** `status: 127.0.0.1:7788`, `off`, or `{ listen, origin }` behind a proxy that ends TLS. */
export const servedStatus: Reader<ServedStatus | null> = reader(
  { kind: "either", forms: [onThisMachine.form, behindProxy.form] },
  (value, at): ServedStatus | null => {
    const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isMapping) return onThisMachine(value, at);
    const { listen, origin } = behindProxy(value, at);
    if (listen.host !== "" && listen.port === 0) {
      at.field("listen").problem("the port 0 is none: name one");
    }
    return { ...listen, origin };
  },
);
