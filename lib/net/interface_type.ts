import { passOnUnlessSystem } from "../config/system_failure.ts";
import type { ProviderType } from "../core/decision/candidate.ts";

/** What the names of interfaces have come to mean on the systems that we run on. */
const BY_NAME: readonly (readonly [RegExp, ProviderType])[] = [
  [/^(docker|br-|bridge|veth|virbr|vmnet|vboxnet|vEthernet|lxc|lxd|cni|flannel|podman)/, "virtual"],
  [/^(wg|tun|tap|utun|tailscale|zt|ipsec|ppp.*vpn)/i, "vpn"],
  [/^(wl|wlan|wifi|wi-fi)/i, "wifi"],
  [/^(ww|rmnet|ccmni|pdp_ip|ppp|cellular)/i, "cellular"],
  [/^(eth|en|ethernet)/i, "ethernet"],
];
/** `type` of a device that is an Ethernet card, or looks like one. */
const ARPHRD_ETHER = "1";

/**
 * What kind of network an interface leads to: what Linux says of the device, else its name. A
 * tunnel's end with the name of a card is taken for a card. A bridge with a card in it is how that
 * card is used, as on hosts of virtual machines; one without leads to containers only.
 */
export function interfaceType(name: string, sysClassNet = "/sys/class/net"): ProviderType {
  const byName = BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? null;
  if (Deno.build.os !== "linux") return byName ?? "other";
  const base = `${sysClassNet}/${name}`;
  if (exists(`${base}/wireless`) || exists(`${base}/phy80211`)) return "wifi";
  const kind = /^DEVTYPE=(.*)$/m.exec(read(`${base}/uevent`))?.[1];
  if (kind === "wlan") return "wifi";
  if (kind === "wwan") return "cellular";
  if (kind === "wireguard") return "vpn";
  if (kind === "bridge") return hasCard(sysClassNet, name) ? "ethernet" : "virtual";
  if (byName !== null) return byName;
  if (exists(`${base}/tun_flags`)) return "vpn";
  const isCard = exists(`${base}/device`) && read(`${base}/type`).trim() === ARPHRD_ETHER;
  return isCard ? "ethernet" : "other";
}

/** Whether one of the ports of a bridge is a card. */
function hasCard(sysClassNet: string, bridge: string): boolean {
  return entriesOf(`${sysClassNet}/${bridge}/brif`)
    .some((port) => exists(`${sysClassNet}/${port}/device`));
}

function entriesOf(path: string): readonly string[] {
  try {
    return [...Deno.readDirSync(path)].map(({ name }) => name);
  } catch (error) {
    passOnUnlessSystem(error);
    return [];
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    passOnUnlessSystem(error);
    return false;
  }
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    passOnUnlessSystem(error);
    return "";
  }
}
