import { runCommand } from "../../tests/lab/kit/finished_command.ts";
import { findLabAbility, findProgram } from "../../tests/lab/kit/lab_mode.ts";
import { Namespace } from "../../tests/lab/kit/namespace.ts";
import type { Child } from "./child.ts";
import type { Relay } from "./relays.ts";

/** Names of this process's own: wireguard-go has its sockets in one folder for all. */
const NAMES = [`wgb${Deno.pid % 100_000}a`, `wgb${Deno.pid % 100_000}b`] as const;
const OUTER = ["192.0.2.1", "192.0.2.2"] as const;
const INNER = ["198.51.100.1", "198.51.100.2"] as const;
const PORT = 51_820;

/**
 * Two network namespaces and a tunnel of wireguard-go between them, over a veth; `startEcho` starts
 * what is measured at the far end. Null where there is no wireguard-go, or no right to make a tunnel.
 */
export async function wireguardPair(
  startEcho: (enter: readonly string[], host: string) => Child,
): Promise<Relay | null> {
  const ability = await findLabAbility();
  const programs = await Promise.all(["wireguard-go", "wg"].map(findProgram));
  const isPossible = ability.kind === "possible" && ability.modes.includes("root");
  if (!isPossible || programs.includes(null)) {
    console.error("NOT MEASURED: WireGuard needs wireguard-go, wg, and root");
    return null;
  }
  await using resources = new AsyncDisposableStack();
  const near = resources.use(await Namespace.create("root", "near", ""));
  const far = resources.use(await Namespace.create("root", "far", ""));
  await inside(near, `ip link add veth0 type veth peer name veth0 netns ${far.pid}`);
  const folder = await Deno.makeTempDir({ prefix: "wireguard-bench-" });
  resources.defer(() => Deno.remove(folder, { recursive: true }));
  const ends = [near, far] as const;
  for (const [index, end] of ends.entries()) {
    await inside(
      end,
      `ip addr add ${OUTER[index]}/24 dev veth0; ip link set veth0 up
umask 077; wg genkey > ${folder}/${index}.key; wg pubkey < ${folder}/${index}.key > ${folder}/${index}.pub
nohup wireguard-go -f ${NAMES[index]} > /dev/null 2>&1 &
for try in $(seq 100); do ip link show ${NAMES[index]} 2>/dev/null >&2 && break; sleep 0.05; done
ip addr add ${INNER[index]}/24 dev ${NAMES[index]}; ip link set ${NAMES[index]} up`,
    );
  }
  for (const [index, end] of ends.entries()) {
    const other = 1 - index;
    await inside(
      end,
      `wg set ${NAMES[index]} private-key ${folder}/${index}.key listen-port ${PORT} \\
peer $(cat ${folder}/${other}.pub) endpoint ${OUTER[other]}:${PORT} allowed-ips ${INNER[other]}/32`,
    );
  }
  const echo = resources.use(startEcho(far.enter(), INNER[1]));
  const port = Number(await echo.line());
  const place = { host: INNER[1], enter: near.enter() };
  const moved = resources.move(); // the namespaces take wireguard-go with them
  return { port, place, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}

async function inside(namespace: Namespace, script: string): Promise<void> {
  await runCommand([...namespace.enter(), "sh", "-ec", script], { limitMs: 20_000 });
}
