import { isAnyAddress } from "../config/host_port.ts";
import type { SnaptConfig } from "../config/snapt_config.ts";
import { isPublicAddress } from "../core/access/public_address.ts";
import { findOwnAddress, type OwnAddress } from "./own_address.ts";

/** Where others reach a SNAPT that listens so, by the first place; null: nowhere that is known. */
export async function findSnaptAddress(
  { listen: [first] }: Pick<SnaptConfig, "listen">,
  find: typeof findOwnAddress = findOwnAddress,
): Promise<OwnAddress | null> {
  const { host } = first ?? { host: "::" };
  if (isAnyAddress(host)) return await find(host.includes(":") ? [4, 6] : [4]);
  const isNumeric = host.includes(":") || /^[\d.]+$/.test(host);
  const kind = !isNumeric ? "name" : isPublicAddress(host) ? "public" : "private";
  return { host, kind, nearby: null };
}
