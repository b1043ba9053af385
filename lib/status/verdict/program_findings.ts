import { type DescriptorSnapshot, streamsWithin } from "../../net/descriptor_budget.ts";
import type { NoticesSnapshot } from "../../relay/notice/notice_board.ts";
import { counted } from "../words/counted.ts";
import type { Finding } from "./finding.ts";

/** So much of a limit is near it. */
const NEAR = 0.9;
/** Before that neither program was made. */
const FIRST_YEAR = 2026;

/** What may be wrong with either program itself. */
export interface ProgramFacts {
  readonly descriptors: DescriptorSnapshot;
  /** How many connections are relayed, of all sessions; null: each takes what it takes. */
  readonly streams: number | null;
  readonly notices: Pick<NoticesSnapshot, "receivers">;
  readonly now: Date;
}

export function programFindings(facts: ProgramFacts): readonly Finding[] {
  return [
    ...descriptorFindings(facts),
    ...facts.notices.receivers.flatMap(({ to, lastFailure }): readonly Finding[] =>
      lastFailure === null ? [] : [{
        level: "waiting",
        brief: "a receiver of notices is not told",
        what: `${to}, which \`notify:\` names, is not told: ${lastFailure}`,
        remedy: "see that it runs, or take it out of `notify:`",
      }]
    ),
    ...clockFindings(facts.now),
  ];
}

function descriptorFindings({ descriptors, streams }: ProgramFacts): readonly Finding[] {
  const { limit, open } = descriptors;
  if (limit === null) return [];
  const most = streamsWithin(limit);
  const used = Math.max(open / limit, (streams ?? 0) / most);
  if (used < NEAR) return [];
  const isFull = used >= 1;
  const room = streams === null
    ? ""
    : ` for ${counted(streams, "connection")}, and there is room for ${most}`;
  return [{
    level: isFull ? "bad" : "waiting",
    brief: isFull ? "no room for more connections" : "little room for more connections",
    what: `${open} of ${limit} sockets and files are open${room}`,
    remedy: "raise the limit of open files: `LimitNOFILE=` of the systemd unit, or `ulimit -Hn " +
      "65535` (as root) before it is started",
  }];
}

function clockFindings(now: Date): readonly Finding[] {
  if (now.getUTCFullYear() >= FIRST_YEAR) return [];
  return [{
    level: "waiting",
    brief: "the clock of this machine is wrong",
    what: `the clock of this machine is wrong: it says ${now.toISOString().slice(0, 10)}`,
    remedy: "set it, or let a time service do so",
  }];
}
