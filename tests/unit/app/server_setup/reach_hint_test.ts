import { reachHint } from "../../../../lib/app/server_setup/reach_hint.ts";
import { assert } from "../../../assert.ts";
import { SET_UP } from "./kit/looks.ts";

for (
  const [firewall, part] of [
    ["ufw", "sudo ufw allow 7787/tcp"],
    ["firewalld", "firewall-cmd --permanent --add-port=7787/tcp"],
    [null, "if it has one"],
  ] as const
) {
  Deno.test(`with ${firewall ?? "no"} firewall it says what opens the port`, () => {
    const server = { name: "me@home", destination: "ssh://me@home" };
    const hint = reachHint({ ...SET_UP, firewall }, { host: "home", port: 443 }, server);
    for (
      const wanted of [
        part,
        "TCP port 443 of home",
        "its TCP port 7787",
        "taken back",
        "leave ssh://me@home",
      ]
    ) {
      assert(hint.includes(wanted), hint);
    }
  });
}
