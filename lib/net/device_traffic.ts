import { passOnUnlessSystem } from "../config/system_failure.ts";
import type { TrafficCount } from "../core/decision/own_tunnel.ts";

/** What has passed through a device since it was made; null where the system does not say. */
export function deviceTraffic(device: string, sysClassNet = "/sys/class/net"): TrafficCount | null {
  if (Deno.build.os !== "linux") return null;
  const read = (counter: string) =>
    Number(Deno.readTextFileSync(`${sysClassNet}/${device}/statistics/${counter}`));
  try {
    return {
      sentBytes: read("tx_bytes"),
      receivedBytes: read("rx_bytes"),
      packets: read("tx_packets") + read("rx_packets"),
    };
  } catch (error) {
    passOnUnlessSystem(error);
    return null;
  }
}
