import type { ByteListener } from "../../../net/listen.ts";
import type { Provider } from "../../network/provider.ts";

/** What `reach: direct` needs of the program. */
export interface DirectSettings {
  /** The client services that want it. */
  readonly services: ReadonlySet<string>;
  /** The certificate of what `listen` gives, DER; empty without TLS. */
  readonly certificate: Uint8Array;
  /** A server socket on an address of `provider`. */
  readonly listen: (provider: Provider, host: string) => ByteListener;
}
