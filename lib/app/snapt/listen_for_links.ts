import type { Identity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { type ByteListener, listenPlain, listenTls } from "../../net/listen.ts";

/**
 * Opens every port that CNAPTs are to reach, or none.
 *
 * @throws {ListenFailed} one of them cannot be listened on
 */
export function listenForLinks(
  { listen, security }: Pick<SnaptConfig, "listen" | "security">,
  { certificatePem, privateKeyPem }: Pick<Identity, "certificatePem" | "privateKeyPem">,
): readonly ByteListener[] {
  const opened: ByteListener[] = [];
  try {
    for (const one of listen) {
      const address = { ...one, setting: "listen" };
      opened.push(
        security === "tls"
          ? listenTls(address, { cert: certificatePem, key: privateKeyPem })
          : listenPlain(address, "link"),
      );
    }
    return opened;
  } catch (error) {
    for (const one of opened) one.close();
    throw error;
  }
}
