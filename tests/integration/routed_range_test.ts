/** A range that is routed to SNAPT's machine without being listed, in a network of the test's own. */
import { fileURLToPath } from "node:url";
import { assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";

/** Says of each host whether a CNAPT that may reach everything is let through to it. */
const PROGRAM = `
import { findDestination, openDestination } from "PROJECT/lib/relay/access/destination_access.ts";
import { parseDestinationRule } from "PROJECT/lib/core/access/destination_rule.ts";
const rules = [parseDestinationRule("*:*")];
const port = 5353;
Deno.listen({ hostname: "::", port });
for (const host of ["192.0.2.7", "2001:db8::7", "198.51.100.7"]) {
  const ways = {
    tcp: () => openDestination({ host, port }, rules, AbortSignal.timeout(500)),
    udp: () => findDestination({ host, port }, rules),
  };
  for (const [way, go] of Object.entries(ways)) {
    console.log(way, host, await go().then(() => "allowed", ({ name }) => name));
  }
}
Deno.exit();
`;

/** One range is this machine's as a whole; another lies behind a device. */
const NETWORK = [
  "ip link set lo up",
  "ip route add local 192.0.2.0/24 dev lo",
  "ip -6 route add local 2001:db8::/64 dev lo",
  "ip link add v0 type veth peer name v1",
  "ip addr add 198.51.100.1/24 dev v0",
  "ip link set v0 up",
  "ip link set v1 up",
].join(" && ");

async function isAble(): Promise<boolean> {
  try {
    return (await new Deno.Command("unshare", { args: ["-n", "sh", "-c", NETWORK] }).output())
      .success;
  } catch {
    return false;
  }
}

const ignore = Deno.build.os !== "linux" || !(await isAble());
if (ignore) console.log("SKIPPED ranges that are routed here: no network of its own can be made");

Deno.test("a range that is routed to this machine is not reached by a rule for everything", {
  ignore,
}, () =>
  inFolder(async (folder) => {
    const project = new URL("../../", import.meta.url).href.replace(/\/$/, "");
    await Deno.writeTextFile(`${folder}/program.ts`, PROGRAM.replaceAll("PROJECT", project));
    const run = `${NETWORK} && exec "$0" run -q -A --config "$1" "$2"`;
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const args = ["-n", "sh", "-c", run, Deno.execPath(), config, `${folder}/program.ts`];
    const { stdout, stderr } = await new Deno.Command("unshare", { args }).output();
    const problem = new TextDecoder().decode(stderr);
    assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), [
      "tcp 192.0.2.7 DestinationNotAllowed",
      "udp 192.0.2.7 DestinationNotAllowed",
      "tcp 2001:db8::7 DestinationNotAllowed",
      "udp 2001:db8::7 DestinationNotAllowed",
      "tcp 198.51.100.7 ConnFailed",
      "udp 198.51.100.7 allowed",
    ], problem);
  }));
