import { sshLine } from "../../../lib/config/ssh_line.ts";
import { assertEquals } from "../../assert.ts";
import { lacks } from "../../system_needs.ts";

const HERE = { site: "home", service: "ssh" };

Deno.test("what is typed for a shell goes to where the service is offered", () => {
  const line = "ssh -o HostKeyAlias=ssh.home.cnapt -p 2222";
  assertEquals(sshLine({ ...HERE, listen: "127.0.0.1:2222" }), `${line} 127.0.0.1`);
  assertEquals(sshLine({ ...HERE, listen: "0.0.0.0:2222" }), `${line} 127.0.0.1`);
  assertEquals(sshLine({ ...HERE, listen: "[::]:2222" }), `${line} ::1`);
  assertEquals(sshLine({ ...HERE, service: "a b", listen: "127.0.0.1:2222" }), null);
});

Deno.test("a service at a Unix socket has no line for ssh", {
  ignore: lacks("unixSockets", "the line for ssh"),
}, () => assertEquals(sshLine({ ...HERE, listen: "unix:/run/ssh.sock" }), null));
