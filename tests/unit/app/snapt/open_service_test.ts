import { serviceOpener } from "../../../../lib/app/snapt/open_service.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import type { AdmittedClient } from "../../../../lib/relay/access/admitted_client.ts";
import { assertEquals } from "../../../assert.ts";
import { CAN_BE_ASKED, keepAliveOf } from "../../net/kit/keep_alive_of.ts";

const LAPTOP: AdmittedClient = {
  name: "laptop",
  services: [],
  clientServices: null,
  datagrams: [],
  destinations: [],
  isSourceTrusted: false,
  refusalOfDial: () => null,
};

Deno.test("the host of a server is asked whether it lives after what its service says", {
  ignore: !CAN_BE_ASKED,
}, async () => {
  const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const to = `127.0.0.1:${server.addr.port}`;
  const services = `a: { to: "${to}", keepalive: 90s }, b: { to: "${to}", keepalive: 0s }`;
  const open = serviceOpener(() => parseSnaptConfig(`services: { ${services} }`, "snapt.yaml"));
  const asked = async (name: string) => {
    const opening = { target: { kind: "service", name }, compression: "none", source: "" } as const;
    const conn = await open(opening, LAPTOP, AbortSignal.timeout(10_000));
    const { isOn, idleSeconds } = keepAliveOf(conn.localAddress, conn.remoteAddress);
    conn.close();
    (await server.accept()).close();
    return isOn ? idleSeconds : "never";
  };
  assertEquals([await asked("a"), await asked("b")], [90, "never"]);
  server.close();
});
