import { passOnUnlessSystem } from "../config/system_failure.ts";
import { isLinkRunning } from "./link_flags.ts";
import { toConnFailed } from "./conn_failed.ts";

/** An address of an interface. */
export interface InterfaceAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** A network interface as the operating system shows it at one moment. */
export interface NetworkInterface {
  readonly name: string;
  readonly kind: "loopback" | "ordinary";
  /** `down`: no carrier, or switched off; its addresses may still be listed. */
  readonly state: "up" | "down";
  readonly addresses: readonly InterfaceAddress[];
}

/**
 * The interfaces that have an address one can be reached under: not the link-local ones of IPv6,
 * which say nothing of a network, nor those of IPv4, which say that there is none.
 */
export function listInterfaces(): NetworkInterface[] {
  const found = new Map<string, InterfaceAddress[]>();
  for (const { name, address, family } of Deno.networkInterfaces()) {
    if (/^fe[89ab]/i.test(address) || address.startsWith("169.254.")) continue;
    const addresses = found.get(name) ?? [];
    addresses.push({ address, family: family === "IPv6" ? 6 : 4 });
    found.set(name, addresses);
  }
  return [...found].map(([name, addresses]) => ({
    name,
    kind: addresses.some(({ address }) => isLoopback(address)) ? "loopback" : "ordinary",
    state: linkState(name),
    addresses,
  }));
}

/** The addresses of all of them. */
export function addressesOf(interfaces: readonly NetworkInterface[]): readonly string[] {
  return interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address));
}

/**
 * Every address that this machine has at this moment, link-local ones too.
 *
 * @throws {ConnFailed} the system does not say; `exhausted`: for want of a descriptor
 */
export function ownAddresses(): readonly string[] {
  try {
    return Deno.networkInterfaces().map(({ address }) => address);
  } catch (error) {
    passOnUnlessSystem(error);
    throw toConnFailed(error, "list the addresses of this machine");
  }
}

/** Every address that the system lists, link-local ones too, with the length of its network. */
export function listAddresses(): readonly { readonly name: string; readonly cidr: string }[] {
  return Deno.networkInterfaces().map(({ name, cidr }) => ({ name, cidr: cidr ?? "" }));
}

export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/** Linux keeps the address of an interface whose cable is pulled; the kernel says so here. */
function linkState(name: string): "up" | "down" {
  if (Deno.build.os !== "linux") return "up";
  if (isSysDenied) return stateByFlags(name);
  try {
    const state = Deno.readTextFileSync(`/sys/class/net/${name}/operstate`).trim();
    return state === "down" || state === "lowerlayerdown" || state === "notpresent" ? "down" : "up";
  } catch (error) {
    passOnUnlessSystem(error);
    isSysDenied = error instanceof Deno.errors.NotCapable;
    return stateByFlags(name);
  }
}

/** Rights do not come back: who was denied /sys once, several times a second, asks no more. */
let isSysDenied = false;

/** Without any answer the address has to do. */
function stateByFlags(name: string): "up" | "down" {
  return isLinkRunning(name) === false ? "down" : "up";
}

/** How often the interfaces are looked at. */
export const INTERFACE_POLL_MS = 200;

/**
 * Calls `changed` whenever the list of interfaces is another than before, until `signal`. When
 * they cannot be listed, for want of a descriptor perhaps, they are taken to be as before.
 *
 * @returns what looks at once, for those who know that something has changed
 */
export function watchInterfaces(
  signal: AbortSignal,
  changed: (interfaces: readonly NetworkInterface[]) => void,
  pollMs: number = INTERFACE_POLL_MS,
  list: () => readonly NetworkInterface[] = listInterfaces,
): () => void {
  if (signal.aborted) return () => {};
  let last = JSON.stringify(list());
  const look = () => {
    let interfaces: readonly NetworkInterface[];
    try {
      interfaces = list();
    } catch (error) {
      passOnUnlessSystem(error);
      return;
    }
    const now = JSON.stringify(interfaces);
    if (now === last) return;
    last = now;
    changed(interfaces);
  };
  const timer = setInterval(look, pollMs);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  return () => signal.aborted || look();
}
