import { commandsOfCnapt } from "../../../../lib/app/program/named_commands.ts";
import { parseCnaptConfig } from "../../../../lib/config/cnapt_config.ts";
import { encodeTicket } from "../../../../lib/config/ticket.ts";
import { assertEquals } from "../../../assert.ts";

const TICKET = encodeTicket({
  name: "laptop",
  address: { host: "127.0.0.1", port: 1 },
  site: "home",
  id: new Uint8Array(16),
  key: new Uint8Array(32),
  certificate: null,
});

function commandsIn(more: string): readonly string[] {
  const text = `sites:\n  home: { ticket: ${TICKET} }\n${more}`;
  return commandsOfCnapt(parseCnaptConfig(text, "cnapt.yaml"));
}

Deno.test("a configuration names no command when none is in it", () => {
  assertEquals(commandsIn("notify: [{ udp: 127.0.0.1:9001 }]\n"), []);
});

Deno.test("a configuration names commands when providers or notices have them", () => {
  const providers = "providers:\n" +
    "  - { match: eth0 }\n" +
    "  - { name: lte, interface: wwan0, up: a, down: b, vpn: { up: c } }\n";
  assertEquals(commandsIn(`${providers}notify: [{ command: [d] }]\n`), [
    "providers[1].up",
    "providers[1].down",
    "providers[1].vpn",
    "notify[0].command",
  ]);
});
