import type { SnaptEvent } from "../../handshake/snapt_event.ts";
import { snaptTakes } from "../../handshake/snapt_transitions.ts";
import { PathMeter } from "../../path/path_meter.ts";
import { usualAnswerMs } from "../../path/usual_answer.ts";
import type { MemoryBudget } from "../../stream/memory_budget.ts";
import { Acknowledgements } from "../streams/acknowledgements.ts";
import type { SnaptDeadline } from "../deadline_name.ts";
import { Deadlines } from "../deadlines.ts";
import { EarlyBinds } from "./early_binds.ts";
import { MessageRecord } from "../message_record.ts";
import { Outbox } from "../outbox.ts";
import { recordLimitBytes } from "../session_limits.ts";
import { PeerSilence } from "./peer_silence.ts";
import { PendingStreams } from "./pending_streams.ts";
import { SnaptCalls } from "./snapt_calls.ts";
import type { SnaptEffect } from "../snapt_effect.ts";
import { SnaptLinks } from "./snapt_links.ts";
import { SnaptOpenings } from "./snapt_openings.ts";
import type { SnaptPlace } from "./snapt_place.ts";
import type { SnaptSessionSettings } from "../snapt_session_settings.ts";
import { LinkWatch } from "../streams/link_watch.ts";
import { StreamEnds } from "../streams/stream_ends.ts";
import type { StreamHooks } from "../streams/stream_hooks.ts";
import { StreamTable } from "../streams/stream_table.ts";

/** What a session of SNAPT consists of. Each part owns its state; `place` is shared. */
export interface SnaptParts {
  readonly settings: SnaptSessionSettings;
  /** Where the session is. Only the handshake and its actions change that. */
  readonly place: SnaptPlace;
  readonly deadlines: Deadlines<SnaptDeadline>;
  readonly outbox: Outbox<SnaptEffect>;
  readonly silence: PeerSilence;
  readonly table: StreamTable;
  readonly acks: Acknowledgements;
  readonly ends: StreamEnds;
  readonly pending: PendingStreams;
  readonly watch: LinkWatch;
  /** What SNAPT itself knows of the path in use. */
  readonly meter: PathMeter;
  readonly links: SnaptLinks;
  readonly calls: SnaptCalls;
  readonly openings: SnaptOpenings;
  readonly early: EarlyBinds;
  readonly hooks: StreamHooks;
}

export interface SnaptPartsContext {
  readonly settings: SnaptSessionSettings;
  readonly processBudget: MemoryBudget;
  /** Takes what the parts find out themselves to the handshake. */
  readonly take: (event: SnaptEvent, now: number) => void;
}

/** Makes the parts and introduces them to one another. */
export function makeSnaptParts(context: SnaptPartsContext, now: number): SnaptParts {
  const { settings, processBudget, take } = context;
  const place: SnaptPlace = { state: "connected", epoch: 0, switches: 0 };
  const deadlines = new Deadlines<SnaptDeadline>();
  const table = new StreamTable(settings.limits, processBudget);
  const limitBytes = recordLimitBytes(settings.limits);
  const outbox = new Outbox<SnaptEffect>(new MessageRecord({ limitBytes, memory: table.memory }));
  const acks = new Acknowledgements(outbox, table, deadlines);
  const silence = new PeerSilence(settings, deadlines, now);
  const pending = new PendingStreams((at) => {
    if (snaptTakes(place.state, "inboundDrained")) take({ kind: "inboundDrained" }, at);
    else if (snaptTakes(place.state, "allRebound")) take({ kind: "allRebound" }, at);
  });
  const hooks: StreamHooks = {
    gone: (stream, at) => pending.arrived(stream.id, at),
    loseLink: (stream, at) => links.lose(stream, at),
  };
  const ends = new StreamEnds(outbox, table, acks, hooks);
  const meter = new PathMeter();
  const watch = new LinkWatch({
    ...{ table, outbox, deadlines },
    usualMs: () => usualAnswerMs(meter),
    isSettled: () => place.state === "connected",
    stuck: (stream, at) => links.lose(stream, at),
    answered: (ms, at) => meter.noteAnswer(ms, at),
  });
  const shared = { outbox, deadlines, table, ends, place, pending };
  const links = new SnaptLinks(shared);
  const calls = new SnaptCalls(outbox, table);
  const openings = new SnaptOpenings({ outbox, table, links, calls }, settings);
  const early = new EarlyBinds(settings.limits.streams);
  return { ...shared, settings, acks, silence, watch, meter, links, calls, openings, early, hooks };
}
