import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { listenDatagrams } from "../../net/datagram_socket.ts";
import { ListenFailed, listenPlain } from "../../net/listen.ts";
import { findPortHolder, type PortHolder } from "../../net/port_holder.ts";
import { fails, type Finding, ok } from "./finding.ts";

/** Where a program listens. */
export interface Place {
  readonly about: string;
  readonly listen: HostPort;
  readonly protocol: "tcp" | "udp";
}

/** Listens there for a moment, as this user: whether that works, else why not and who is there. */
export async function lookAtPlace({ about, listen, protocol }: Place): Promise<Finding> {
  try {
    if (protocol === "udp") {
      await listenDatagrams(listen, { received: () => {}, notSent: () => {} }).close();
    } else listenPlain(listen).close();
    return ok(about, `${formatHostPort(listen)}/${protocol} is free`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!(error instanceof ListenFailed)) return fails(about, reason);
    const holder = error.code === "taken"
      ? describeHolder(await findPortHolder(listen.port, protocol))
      : "";
    return fails(about, reason + holder, remedyFor(error, listen));
  }
}

function describeHolder(holder: PortHolder): string {
  switch (holder.kind) {
    case "program":
      return `; ${holder.name} has it (process ${holder.pid})`;
    case "hidden":
      return "; this user does not see which program has it, root does";
    case "unknown":
      return "";
  }
}

function remedyFor({ code }: ListenFailed, { port }: HostPort): string {
  if (code !== "notPermitted" || Deno.build.os !== "linux") return "";
  return `\`sysctl net.ipv4.ip_unprivileged_port_start=${port}\` as root allows it, or a service ` +
    "with CAP_NET_BIND_SERVICE, which `service install` as root writes";
}
