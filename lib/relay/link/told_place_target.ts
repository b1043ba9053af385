import { isNumericAddress } from "../../config/host_port.ts";
import {
  formatIpAddress,
  parseIpAddress,
  withoutTranslation,
} from "../../core/access/ip_address.ts";
import { nameAskedFor, relayServerName } from "../../core/relay/relay_name.ts";
import type { ToldPlace } from "../../core/wire/places_message.ts";
import { isLoopback } from "../../net/interfaces.ts";
import type { PlaceTarget } from "./place_target.ts";

/** What tells nobody where a machine is: any address, many at once, and those of one cable only. */
const NO_HOST = /^(?:fe[89ab]|0\.|22[4-9]\.|23\d\.|24\d\.|25[0-5]\.|::$|ff)/i;
const NAME =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.?$/i;
/** RFC 6761 (6.3). */
const LOCAL_NAME = /(?:^|\.)localhost\.?$/i;

/**
 * A place that SNAPT has told, as it is dialled; null where it cannot be one. `loopback`: whether
 * SNAPT is on this machine, as otherwise its loopback is not ours.
 */
export function toldPlaceTarget(
  { host, port, route, standing }: ToldPlace,
  loopback: "own" | "foreign",
): PlaceTarget | null {
  const plain = isNumericAddress(host) ? plainAddress(host) : null;
  const isName = NAME.test(host) && !/^[\d.]+$/.test(host);
  if (port === 0 || NO_HOST.test(plain ?? "") || !(plain !== null || isName)) return null;
  const isLocal = isLoopback(plain ?? "") || LOCAL_NAME.test(host);
  if (isLocal && loopback === "foreign") return null;
  const place = { host, port, ...standing === undefined ? {} : { standing } };
  if (route === "") return { ...place, serverName: null, by: "itself" };
  const serverName = relayServerName(route);
  return nameAskedFor(serverName) === null ? null : { ...place, serverName, by: "relay" };
}

/** The same address has many names; this is the one that it is judged by. Null: it is none. */
function plainAddress(host: string): string | null {
  const address = parseIpAddress(host.replace(/%.*$/, ""));
  return address === null ? null : formatIpAddress(withoutTranslation(address));
}
