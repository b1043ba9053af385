import type { KnownClients, LimitSnapshot } from "../known_client.ts";
import { inBytes } from "../words/describe_bytes.ts";
import type { Finding } from "./finding.ts";

/** So much of a limit is near it. */
const NEAR = 0.9;

/** What is short, and what follows when there is no more of it; null: others say that, or it is usual. */
const WORDS: Readonly<Record<LimitSnapshot["what"], readonly [string, string] | null>> = {
  sessions: ["CNAPTs with a session", "another one is refused"],
  streams: ["connections of one CNAPT", "it gets no more"],
  memory: ["memory for what is on its way", "connections wait for each other"],
  descriptors: null,
  unproven: null,
};

/** Where SNAPT is near a limit of its own, so that somebody is refused or waits. */
export function limitFindings(limits: readonly LimitSnapshot[]): readonly Finding[] {
  return limits.flatMap(({ what, used, most, setting }): readonly Finding[] => {
    const words = WORDS[what];
    if (words === null || most === null || used < NEAR * most) return [];
    const [name, follows] = words;
    const isFull = used >= most;
    const text = what === "memory" ? inBytes : String;
    return [{
      level: isFull ? "bad" : "waiting",
      brief: isFull ? `no room for more ${name}` : `little room for more ${name}`,
      what: `${text(used)} of ${text(most)}: ${name}; ${isFull ? "" : "at the limit "}${follows}`,
      remedy: `raise \`${setting ?? "limits"}\` in snapt.yaml, then \`snapt reload\``,
    }];
  });
}

/** The lists of who may come cannot be read. */
export function clientListFindings(
  { clientsFailure }: Pick<KnownClients, "clientsFailure">,
): readonly Finding[] {
  if (clientsFailure === null) return [];
  return [{
    level: "bad",
    brief: "the list of CNAPTs cannot be read",
    what: clientsFailure,
    remedy: "mend that file; until then what was read last holds",
  }];
}
