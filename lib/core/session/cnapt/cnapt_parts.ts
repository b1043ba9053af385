import type { CnaptEvent } from "../../handshake/cnapt_event.ts";
import { cnaptTakes } from "../../handshake/cnapt_transitions.ts";
import type { ProviderKey } from "../../path/provider_key.ts";
import type { MemoryBudget } from "../../stream/memory_budget.ts";
import { Acknowledgements } from "../streams/acknowledgements.ts";
import type { CnaptEffect } from "../cnapt_effect.ts";
import { CnaptLinks } from "./cnapt_links.ts";
import { CnaptMoves } from "./cnapt_moves.ts";
import type { CnaptPlace } from "./cnapt_place.ts";
import type { CnaptSessionSettings } from "../cnapt_session_settings.ts";
import { CnaptSwitch } from "./cnapt_switch.ts";
import type { CnaptDeadline } from "../deadline_name.ts";
import { Deadlines } from "../deadlines.ts";
import { MovingStreams } from "./moving_streams.ts";
import { MessageRecord } from "../message_record.ts";
import { Outbox } from "../outbox.ts";
import { recordLimitBytes } from "../session_limits.ts";
import { SessionPath } from "./session_path.ts";
import { LinkWatch } from "../streams/link_watch.ts";
import { OldLinks } from "../streams/old_links.ts";
import { StreamEnds } from "../streams/stream_ends.ts";
import type { StreamHooks } from "../streams/stream_hooks.ts";
import { StreamTable } from "../streams/stream_table.ts";
import { ServiceWaits } from "./service_waits.ts";

/** What a session of CNAPT consists of. Each part owns its state; `place` is shared. */
export interface CnaptParts {
  readonly settings: CnaptSessionSettings;
  /** Where the session is. Only the handshake and its actions change that. */
  readonly place: CnaptPlace;
  readonly switching: CnaptSwitch;
  readonly deadlines: Deadlines<CnaptDeadline>;
  readonly outbox: Outbox<CnaptEffect>;
  readonly path: SessionPath;
  readonly table: StreamTable;
  readonly acks: Acknowledgements;
  readonly ends: StreamEnds;
  readonly moving: MovingStreams;
  readonly waiting: ServiceWaits;
  readonly watch: LinkWatch;
  readonly links: CnaptLinks;
  readonly moves: CnaptMoves;
  readonly hooks: StreamHooks;
}

export interface CnaptPartsContext {
  readonly settings: CnaptSessionSettings;
  readonly provider: ProviderKey;
  readonly processBudget: MemoryBudget;
  /** Takes what the parts find out themselves to the handshake. */
  readonly take: (event: CnaptEvent, now: number) => void;
}

/** Makes the parts and introduces them to one another. */
export function makeCnaptParts(context: CnaptPartsContext, now: number): CnaptParts {
  const { settings, provider, processBudget, take } = context;
  const place: CnaptPlace = { state: "idle", epoch: 0, provider };
  const switching = new CnaptSwitch();
  const deadlines = new Deadlines<CnaptDeadline>();
  const table = new StreamTable(settings.limits, processBudget);
  const limitBytes = recordLimitBytes(settings.limits);
  const outbox = new Outbox<CnaptEffect>(new MessageRecord({ limitBytes, memory: table.memory }));
  const acks = new Acknowledgements(outbox, table, deadlines);
  const path = new SessionPath({ outbox, deadlines, place }, settings.liveness, now);
  const waiting = new ServiceWaits(settings.ruleOf, outbox, table);
  const moving = new MovingStreams((at) => {
    if (cnaptTakes(place.state, "inboundDrained")) take({ kind: "inboundDrained" }, at);
  });
  // The streams' ends have to tell their links, and the links the ends.
  const hooks: StreamHooks = {
    gone: (stream, at) => moves.forget(stream, at),
    loseLink: (stream, at) => links.lose(stream, at),
  };
  const ends = new StreamEnds(outbox, table, acks, hooks);
  const watch = new LinkWatch({
    ...{ table, outbox, deadlines },
    usualMs: () => path.usualMs,
    isSettled: () => !switching.isUnderWay,
    stuck: (stream, at) => links.stuck(stream, at),
    answered: () => {},
  });
  const old = new OldLinks();
  const shared = {
    outbox,
    table,
    deadlines,
    ends,
    path,
    place,
    switching,
    moving,
    waiting,
    watch,
    old,
  };
  const links = new CnaptLinks({ ...shared, settings });
  const moves = new CnaptMoves({ ...shared, links });
  return { ...shared, settings, acks, links, moves, hooks };
}
