import {
  MAX_CLIENT_SERVICES,
  type OfferedClientService,
} from "../../lib/core/wire/client_service_messages.ts";
import { MAX_PLACES, PLACE_ADVICE } from "../../lib/core/wire/places_message.ts";
import { HOLD_ORDERS, PROTECTIONS } from "../../lib/core/wire/datagram_messages.ts";
import {
  ACKED_STEPS,
  BIND_MODES,
  CLAIMS,
  MAX_ENTRIES,
  MAX_PADDING_BYTES,
  MAX_SERVICES,
  type Message,
  REFUSAL_CODES,
  type StreamPosition,
  SWITCH_SHAPES,
} from "../../lib/core/wire/message.ts";
import { RESET_CODES } from "../../lib/core/wire/reset_code.ts";
import {
  COMPRESSIONS,
  PROTOCOLS,
  type StreamOpening,
  TARGET_KINDS,
} from "../../lib/core/wire/stream_opening.ts";
import { NOTICE_EVENTS, REPORTED_SWITCHES } from "../../lib/core/wire/path_report.ts";
import { WIRE_TYPES } from "../../lib/core/wire/wire_types.ts";
import type { RandomBytes } from "./random_bytes.ts";

const KINDS = Object.keys(WIRE_TYPES) as readonly Message["kind"][];

/** Any message that may be sent, numbers at and near their bounds more often than by chance. */
export function randomMessage(random: RandomBytes): Message {
  const kind = random.pick(KINDS);
  const u32 = () => random.integer(2 ** 32 - 1);
  const u64 = () => random.integer(Number.MAX_SAFE_INTEGER);
  const terms = () => ({ holdMs: u32(), idleMs: u32(), holdOrder: random.pick(HOLD_ORDERS) });
  const instance = () => random.bytes(8).toHex();
  switch (kind) {
    case "bind":
      return {
        ...{ kind, instance: instance(), stream: u32(), epoch: u32(), binding: u32() },
        mode: random.pick(BIND_MODES),
        ...{ from: u64(), received: u64(), opening: randomOpening(random) },
      };
    case "bound":
      return { kind, stream: u32(), epoch: u32(), binding: u32(), from: u64(), received: u64() };
    case "connect":
      return { kind, instance: instance(), claim: random.pick(CLAIMS) };
    case "refused":
      return { kind, code: random.pick(REFUSAL_CODES), sentence: random.text(512) };
    case "disconnect":
      return { kind, sentence: random.text(512) };
    case "ack": {
      const of = random.pick(ACKED_STEPS);
      return { kind, of, epoch: u32(), recordReceived: u32(), switchTimeoutMs: u32() };
    }
    case "switchStep1":
      return { kind, epoch: u32(), shape: random.pick(SWITCH_SHAPES) };
    case "lastMessageBeforeRedirection":
      return { kind, epoch: u32(), entries: randomEntries(random) };
    case "okToRedirection":
    case "clientServicesReadyForRedirection":
    case "serverServicesReadyForRedirection":
      return { kind, epoch: u32() };
    case "switchStep2":
    case "switchUnexpected":
      return { kind, instance: instance(), epoch: u32(), recordReceived: u32() };
    case "allRedirected":
      return { kind, epoch: u32(), recordReceived: u32(), replayedBytes: u64() };
    case "waitingStreams":
      return {
        kind,
        epoch: u32(),
        streams: Array.from({ length: randomEntries(random).length }, u32),
      };
    case "positions":
      return { kind, recordReceived: u32(), entries: randomEntries(random) };
    case "held":
      return { kind, entries: randomEntries(random) };
    case "ping":
    case "pong":
      return { kind, token: u32(), padding: 1 + random.size(MAX_PADDING_BYTES - 1) };
    case "measure":
      return { kind, up: u32(), down: u32() };
    case "measured":
      return { kind, tookUs: u32() };
    case "pathReport":
      return {
        ...{ kind, event: random.pick(NOTICE_EVENTS), switchKind: random.pick(REPORTED_SWITCHES) },
        ...{ from: random.text(64), provider: random.text(64), reason: random.text(512) },
        metered: random.pick([null, false, true]),
        roundTripUs: random.pick([null, random.integer(2 ** 32 - 2)]),
        rate: random.pick([null, random.integer(Number.MAX_SAFE_INTEGER - 1)]),
        stallMs: random.pick([null, random.integer(2 ** 32 - 2)]),
      };
    case "eof":
      return { kind, sequence: u32(), stream: u32(), position: u64() };
    case "reset":
      return { kind, sequence: u32(), stream: u32(), code: random.pick(RESET_CODES) };
    case "opened":
    case "finished":
      return { kind, sequence: u32(), stream: u32() };
    case "linkLost":
      return { kind, sequence: u32(), stream: u32(), binding: u32() };
    case "services": {
      const service = () => ({
        ...{ name: random.text(64), port: random.integer(0xffff) },
        ...{ protocol: random.pick(PROTOCOLS), compression: random.pick(COMPRESSIONS) },
      });
      const services = Array.from({ length: random.size(MAX_SERVICES) }, service);
      return { kind, sequence: u32(), site: random.text(64), services };
    }
    case "datagramSession": {
      const service = () => ({ name: random.text(64), ...terms() });
      const services = Array.from({ length: random.size(MAX_SERVICES) }, service);
      const protection = random.pick(PROTECTIONS);
      const secret = random.bytes(32).toHex();
      return { kind, sequence: u32(), protection, tag: u64(), secret, flows: u32(), services };
    }
    case "bindDatagrams":
      return {
        kind,
        instance: instance(),
        epoch: u32(),
        binding: u32(),
        above: random.integer(0xffff),
      };
    case "boundDatagrams":
      return { kind, binding: u32() };
    case "offerClientServices": {
      const service = (): OfferedClientService => {
        const place = { name: random.text(64), port: random.integer(0xffff) };
        const protocol = random.pick(PROTOCOLS);
        return protocol === "tcp" ? { ...place, protocol } : { ...place, protocol, ...terms() };
      };
      const services = Array.from({ length: random.size(MAX_CLIENT_SERVICES) }, service);
      return { kind, sequence: u32(), services };
    }
    case "places": {
      const place = () => ({
        ...{ host: random.text(255), port: random.below(65_536), route: random.text(32) },
        ...(random.below(2) === 1 ? { standing: "last" } as const : {}),
      });
      const places = Array.from({ length: random.size(MAX_PLACES) }, place);
      return { kind, sequence: u32(), advice: random.pick(PLACE_ADVICE), places };
    }
    case "clientServicesOpened": {
      const outcome = () => ({
        ...{ name: random.text(64), address: random.text(64), reason: random.text(96) },
      });
      const outcomes = Array.from({ length: random.size(MAX_CLIENT_SERVICES) }, outcome);
      return { kind, sequence: u32(), outcomes };
    }
    case "call":
      return {
        ...{ kind, sequence: u32(), call: u32(), service: random.text(64) },
        source: random.text(64),
      };
    case "callRefused":
      return { kind, sequence: u32(), call: u32(), code: random.pick(RESET_CODES) };
    case "dialRequest":
      return {
        ...{ kind, host: random.text(64), port: random.integer(0xffff) },
        ...{ count: random.integer(0xffff), certificate: random.bytes(random.size(4_096)) },
      };
  }
}

function randomOpening(random: RandomBytes): StreamOpening {
  const kind = random.pick(TARGET_KINDS);
  const targets = {
    service: { kind: "service", name: random.text(64) },
    destination: { kind: "destination", host: random.text(255), port: random.integer(0xffff) },
    call: { kind: "call", call: random.integer(2 ** 32 - 1), name: random.text(64) },
  } as const;
  const target = targets[kind];
  return { target, compression: random.pick(COMPRESSIONS), source: random.text(64) };
}

function randomEntries(random: RandomBytes): StreamPosition[] {
  return Array.from({ length: random.size(MAX_ENTRIES) }, () => ({
    stream: random.integer(2 ** 32 - 1),
    position: random.integer(Number.MAX_SAFE_INTEGER),
  }));
}
