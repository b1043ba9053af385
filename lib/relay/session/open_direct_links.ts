import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { DialRequest } from "../../core/wire/client_service_messages.ts";
import { ListenFailed } from "../../net/listen.ts";
import { hostOf } from "../../net/socket_address.ts";
import type { CnaptSessionContext } from "./cnapt_session_context.ts";
import { DirectLinks } from "../link/direct/direct_links.ts";
import type { Link } from "../link/link.ts";
import type { LinkPool } from "../link/link_pool.ts";
import type { Provider } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** The links that SNAPT dials to this session; null where no client service wants them. */
export function openDirectLinks(
  { direct, endpoint, providers, log }: CnaptSessionContext,
  pool: LinkPool,
  session: {
    readonly tasks: TaskGroup;
    readonly control: () => Link | null;
    readonly requestDial: (request: DialRequest) => void;
  },
): DirectLinks | null {
  if (direct === null) return null;
  return new DirectLinks({
    credentials: endpoint.credentials,
    certificate: direct.certificate,
    listen: (key, host) => {
      const provider = providers.find(key);
      if (provider === null) {
        throw new ListenFailed(
          "noSuchAddress",
          `Cannot listen on ${key}: there is no such network`,
        );
      }
      return direct.listen(provider, host);
    },
    addressOn: (provider) => {
      const links = [session.control(), ...pool.parkedOn(provider)];
      const found = links.find((link) => link?.provider === provider) ?? null;
      return found === null ? addressOf(providers.find(provider)) : hostIn(found);
    },
    requestDial: session.requestDial,
    requestLink: (provider: ProviderKey, take) => pool.request(provider, take),
    tasks: session.tasks,
    log,
  });
}

function hostIn(link: Link): string {
  return hostOf(link.conn.localAddress).replace(/^\[(.*)\]$/, "$1");
}

/** A provider with a single address needs no open link to be known by it. */
function addressOf(provider: Provider | null): string | null {
  switch (provider?.via.kind) {
    case "address":
      return provider.via.address;
    case "device":
      return provider.via.addresses.length === 1 ? provider.via.addresses[0] ?? null : null;
    default:
      return null;
  }
}
