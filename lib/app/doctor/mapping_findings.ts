import type { SnaptConfig } from "../../config/snapt_config.ts";
import {
  describeWay,
  forwardingWords,
  type MappingWay,
  reachableOuter,
  type WantedPorts,
} from "../../core/mapping/mapping_way.ts";
import type { OwnAddress } from "../../net/own_address.ts";
import type { ConnectedClient } from "./look_at_reach.ts";
import { attention, type Finding, ok } from "./finding.ts";

const ABOUT = "port in the router";
/** A CNAPT that is told of the port has tried it by then, again and again. */
const TRIED_WITHIN_MS = 60_000;
/** A router says yes and perhaps does nothing, or another one is before it. */
const UNPROVEN = "only somebody outside can tell whether it is true: `cnapt doctor` there tries it";

/**
 * What is known of the router's port. `ways` is what the running SNAPT says; null: none was asked.
 * `ports` is what a router would have to lead here.
 */
export function mappingFindings(
  { mapping }: Pick<SnaptConfig, "mapping">,
  own: OwnAddress | null,
  { ways, ports, clients }: {
    readonly ways: readonly MappingWay[] | null;
    readonly ports: WantedPorts;
    /** Null: no SNAPT could be asked. */
    readonly clients: readonly ConnectedClient[] | null;
  },
): readonly Finding[] {
  const isBehind = own !== null && own.kind === "private" && ports.tcp !== 0;
  const byHand = isBehind ? `in the router, ${forwardingWords(own.host, ports)}` : "";
  if (mapping === "off") {
    if (!isBehind) return [];
    return [attention(
      ABOUT,
      "the router is not asked for one (`mapping: off`)",
      `say \`mapping: auto\` in snapt.yaml; or, by hand: ${byHand}`,
    )];
  }
  if (ways === null) {
    return [attention(ABOUT, "the router is asked while SNAPT runs, which it does not", byHand)];
  }
  const relayed = (clients ?? []).filter(({ relay = null }) => relay !== null);
  return ways.flatMap((way) => inVain(way, relayed) ?? findingOf(way, byHand));
}

/** CNAPTs are told the port, and try it; one that still comes by a relay has found nobody there. */
function inVain(way: MappingWay, [first]: readonly ConnectedClient[]): readonly Finding[] | null {
  const isOld = way.since !== null && Date.now() - Date.parse(way.since) > TRIED_WITHIN_MS;
  if (first === undefined || !isOld || reachableOuter(way) === null) return null;
  const { client, relay } = first;
  return [attention(
    ABOUT,
    `${describeWay(way)}; but ${client}, which was told so, still comes by the relay ${relay}: ` +
      "from there nobody answers at that port",
    "a firewall of the router, or another router before it, keeps it shut: `cnapt doctor` on " +
      `${client} says what it meets; by the relay everything works all the same`,
  )];
}

function findingOf(way: MappingWay, byHand: string): readonly Finding[] {
  const text = describeWay(way);
  if (text === null) return [];
  switch (way.state) {
    case "needless":
      return [ok(ABOUT, text)];
    case "asking":
      return [attention(ABOUT, text, "try again in a few seconds")];
    case "unmapped":
      // Most routers know nothing of IPv6 in this respect: that is worth a line, and no alarm.
      return way.family === 6
        ? [ok(ABOUT, text)]
        : [attention(ABOUT, text, way.remedy === "" ? byHand : way.remedy)];
    case "mapped":
      return reachableOuter(way) === null
        ? [attention(ABOUT, text, way.remedy)]
        : [ok(ABOUT, `${text}; ${UNPROVEN}`)];
  }
}
