import { isForSsh, sshLine } from "../../../lib/config/ssh_line.ts";
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

Deno.test("ssh is meant for what is called so or has its port, and speaks TCP", () => {
  const is = (name: string, port: number, protocol: "tcp" | "udp" = "tcp") =>
    isForSsh({ name, port, protocol });
  assertEquals([is("ssh", 2222), is("nas", 22), is("db", 5432), is("ssh", 22, "udp")], [
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("there is no line for a name that a shell would take for more than a name", () => {
  for (const name of ["$(id)", "a;b", "-oProxyCommand=id", "", "`id`"]) {
    assertEquals(sshLine({ ...HERE, service: name, listen: "127.0.0.1:22" }), null, name);
    assertEquals(sshLine({ ...HERE, site: name, listen: "127.0.0.1:22" }), null, name);
  }
});
