/** `port_server.ts PORT`: tells each datagram from which port it came; says `ready` when it listens. */
if (import.meta.main) {
  const socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "0.0.0.0",
    port: Number(Deno.args[0]),
  });
  console.log("ready");
  for await (const [, from] of socket) {
    const port = from.transport === "udp" ? from.port : 0;
    await socket.send(new TextEncoder().encode(`from ${port}\n`), from);
  }
}
