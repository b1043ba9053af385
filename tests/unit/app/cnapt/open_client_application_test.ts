import { clientApplicationOpener } from "../../../../lib/app/cnapt/open_client_application.ts";
import { assertEquals } from "../../../assert.ts";
import { CAN_BE_ASKED, keepAliveOf } from "../../net/kit/keep_alive_of.ts";

Deno.test(
  "the host of a client application is asked whether it lives after what its service says",
  {
    ignore: !CAN_BE_ASKED,
  },
  async () => {
    const application = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const to = { host: "127.0.0.1", port: application.addr.port };
    const common = {
      to,
      port: null,
      protocol: "tcp",
      reach: "links",
      compress: "none",
      hold: 200,
      holdOrder: "newest",
      idle: 60_000,
      from: "ownPort",
    } as const;
    const open = clientApplicationOpener(
      () => new Map([["a", { ...common, keepalive: 90_000 }], ["b", { ...common, keepalive: 0 }]]),
    );
    const asked = async (name: string) => {
      const conn = await open(name, AbortSignal.timeout(10_000));
      const { isOn, idleSeconds } = keepAliveOf(conn.localAddress, conn.remoteAddress);
      conn.close();
      (await application.accept()).close();
      return isOn ? idleSeconds : "never";
    };
    assertEquals([await asked("a"), await asked("b")], [90, "never"]);
    application.close();
  },
);
