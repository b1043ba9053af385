import type { HostPort } from "../../config/host_port.ts";
import type { ServerLook } from "./server_look.ts";

/** What to do where SNAPT runs on a server and its port is not reached from here. */
export function reachHint(
  look: ServerLook,
  { host, port }: HostPort,
  server: { readonly name: string; readonly destination: string },
): string {
  const inside = look.config.state === "good" ? look.config.port : port;
  return `It does run on ${server.name}, so open TCP port ${port} of ${host} for it: ` +
    `${firewallHint(look, inside)}, and where a router or a provider's firewall stands before ` +
    `that machine, let the port through there to its TCP port ${inside}. The invitation was taken ` +
    "back. What was set up stays: the same command goes on from there, and " +
    `\`cnapt leave ${server.destination}\` takes it away. Where it is reached by another name or ` +
    "port, say --address HOST:PORT.";
}

function firewallHint({ firewall }: ServerLook, port: number): string {
  switch (firewall) {
    case "ufw":
      return `\`sudo ufw allow ${port}/tcp\` there`;
    case "firewalld":
      return `\`sudo firewall-cmd --permanent --add-port=${port}/tcp && sudo firewall-cmd --reload\` there`;
    case null:
      return "let the firewall of that machine take it, if it has one";
  }
}
