import { sshNames } from "../../../../lib/app/commands/ssh_services.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("sshNames takes what is called ssh or has port 22, ssh first", () => {
  assertEquals(
    sshNames([
      { name: "zoo", port: 22, protocol: "tcp" },
      { name: "db", port: 5432, protocol: "tcp" },
      { name: "nas", port: 22, protocol: "tcp" },
      { name: "ssh", port: 2222, protocol: "tcp" },
      { name: "odd", port: 22, protocol: "udp" },
    ]),
    ["ssh", "nas", "zoo"],
  );
});
