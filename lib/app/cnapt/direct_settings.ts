import type { SiteConfig } from "../../config/site_config.ts";
import { certificateDer, createIdentity } from "../../config/identity.ts";
import { listenByDevice } from "../../net/listen_by_device.ts";
import type { DirectSettings } from "../../relay/link/direct/direct_settings.ts";

/**
 * What the client services of `site` with `reach: direct` need; null where there are none. The
 * certificate is made anew at each start: SNAPT is told which one it is.
 */
export async function directSettings(site: SiteConfig): Promise<DirectSettings | null> {
  const services = [...site.clientServices].filter(([, { reach }]) => reach === "direct");
  if (services.length === 0) return null;
  const identity = site.ticket.certificate === null ? null : await createIdentity();
  const tls = identity === null
    ? null
    : { cert: identity.certificatePem, key: identity.privateKeyPem };
  return {
    services: new Set(services.map(([name]) => name)),
    certificate: identity === null ? new Uint8Array(0) : certificateDer(identity),
    listen: ({ via }, host) =>
      listenByDevice({ host, port: site.directPort, setting: "directPort" }, via, tls),
  };
}
