import {
  MAX_CERTIFICATE_BYTES,
  MAX_CLIENT_SERVICES,
  MAX_REASON_BYTES,
} from "../../../../lib/core/wire/client_service_messages.ts";
import {
  METERED,
  NOTICE_EVENTS,
  REPORTED_SWITCHES,
} from "../../../../lib/core/wire/path_report.ts";
import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import {
  DEFAULT_DATAGRAM_TERMS,
  HOLD_ORDERS,
  PROTECTIONS,
} from "../../../../lib/core/wire/datagram_messages.ts";
import {
  ACKED_STEPS,
  BIND_MODES,
  CLAIMS,
  MAX_ADDRESS_BYTES,
  MAX_ENTRIES,
  MAX_HOST_BYTES,
  MAX_NAME_BYTES,
  MAX_PADDING_BYTES,
  MAX_SENTENCE_BYTES,
  MAX_SERVICES,
  type Message,
  REFUSAL_CODES,
  SWITCH_SHAPES,
} from "../../../../lib/core/wire/message.ts";
import { MAX_PLACES, MAX_ROUTE_BYTES } from "../../../../lib/core/wire/places_message.ts";
import { RESET_CODES } from "../../../../lib/core/wire/reset_code.ts";
import {
  COMPRESSIONS,
  PROTOCOLS,
  type StreamOpening,
  TARGET_KINDS,
} from "../../../../lib/core/wire/stream_opening.ts";
import { AUTH_BYTES, HELLO_BYTES } from "../../../../lib/core/wire/preamble.ts";
import { WIRE_TYPES } from "../../../../lib/core/wire/wire_types.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { ALL_VECTORS } from "./golden_vectors.ts";
import { openingOf, tcpService } from "../../../opening.ts";

/** Bytes of length and type before a body. */
const HEAD_BYTES = 5;

const NAME = "n".repeat(MAX_NAME_BYTES);
const SENTENCE = "s".repeat(MAX_SENTENCE_BYTES);

/** The cells of every table row of docs/wire.md. */
async function readRows(): Promise<readonly (readonly string[])[]> {
  const text = await Deno.readTextFile(new URL("../../../../docs/wire.md", import.meta.url));
  return text.split("\n").filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

const HOST = "h".repeat(MAX_HOST_BYTES);
const ROUTE = "r".repeat(MAX_ROUTE_BYTES);
const ADDRESS = "a".repeat(MAX_ADDRESS_BYTES);

function bodyBytes(message: Message): number {
  return encodeMessage(message).length - HEAD_BYTES;
}

function extremeOpening(isLongest: boolean): StreamOpening {
  if (!isLongest) return openingOf("");
  const host = "h".repeat(MAX_HOST_BYTES);
  const target = { kind: "destination", host, port: 1 } as const;
  return { target, compression: "none", source: "s".repeat(MAX_ADDRESS_BYTES) };
}

/** The same message with all its texts and lists empty, or as long as they may be. */
function extreme(message: Message, end: "shortest" | "longest"): Message {
  const isLongest = end === "longest";
  const entries = Array.from({ length: isLongest ? MAX_ENTRIES : 0 }, (_, stream) => ({
    stream,
    position: 0,
  }));
  switch (message.kind) {
    case "bind":
      return { ...message, opening: extremeOpening(isLongest) };
    case "pathReport": {
      const name = isLongest ? NAME : "";
      return { ...message, from: name, provider: name, reason: isLongest ? SENTENCE : "" };
    }
    case "ping":
    case "pong":
      return { ...message, padding: isLongest ? MAX_PADDING_BYTES : 0 };
    case "refused":
    case "disconnect":
      return { ...message, sentence: isLongest ? SENTENCE : "" };
    case "lastMessageBeforeRedirection":
    case "positions":
    case "held":
      return { ...message, entries };
    case "waitingStreams":
      return { ...message, streams: isLongest ? entries.map(({ stream }) => stream) : [] };
    case "services": {
      const count = isLongest ? MAX_SERVICES : 0;
      const services = Array.from({ length: count }, (_, port) => tcpService(NAME, port));
      return { ...message, site: isLongest ? NAME : "", services };
    }
    case "datagramSession": {
      const count = isLongest ? MAX_SERVICES : 0;
      const service = { name: NAME, ...DEFAULT_DATAGRAM_TERMS };
      return { ...message, services: Array.from({ length: count }, () => service) };
    }
    case "offerClientServices": {
      const count = isLongest ? MAX_CLIENT_SERVICES : 0;
      const service = {
        ...{ name: NAME, port: 1, protocol: "udp", ...DEFAULT_DATAGRAM_TERMS } as const,
      };
      return { ...message, services: Array.from({ length: count }, () => service) };
    }
    case "places": {
      const place = { host: isLongest ? HOST : "", port: 1, route: isLongest ? ROUTE : "" };
      return {
        ...message,
        places: Array.from({ length: isLongest ? MAX_PLACES : 0 }, () => place),
      };
    }
    case "clientServicesOpened": {
      const count = isLongest ? MAX_CLIENT_SERVICES : 0;
      const outcome = { name: NAME, address: ADDRESS, reason: "r".repeat(MAX_REASON_BYTES) };
      return { ...message, outcomes: Array.from({ length: count }, () => outcome) };
    }
    case "call":
      return { ...message, service: isLongest ? NAME : "", source: isLongest ? ADDRESS : "" };
    case "dialRequest": {
      const certificate = new Uint8Array(isLongest ? MAX_CERTIFICATE_BYTES : 0);
      return { ...message, host: isLongest ? ADDRESS : "", certificate };
    }
    default:
      return message;
  }
}

Deno.test("docs/wire.md names the type and the size of every message", async () => {
  const rows = (await readRows()).filter(([type]) => type?.startsWith("0x"));
  const documented = rows.map((row) => row.slice(0, 3));
  const actual = ALL_VECTORS.map(({ message }) => {
    const shortest = bodyBytes(extreme(message, "shortest"));
    const longest = bodyBytes(extreme(message, "longest"));
    const type = WIRE_TYPES[message.kind].toString(16).padStart(2, "0");
    const size = shortest === longest ? `${shortest}` : `${shortest} to ${longest}`;
    return [`0x${type}`, message.kind, size];
  });
  assertEquals(documented, actual);
});

Deno.test("docs/wire.md lists every choice in its order", async () => {
  const rows = new Map((await readRows()).map(([first, second]) => [first, second]));
  assertEquals(rows.get("refusals"), REFUSAL_CODES.join(", "));
  assertEquals(rows.get("resets"), RESET_CODES.join(", "));
  assertEquals(rows.get("acked steps"), ACKED_STEPS.join(", "));
  assertEquals(rows.get("claims"), CLAIMS.join(", "));
  assertEquals(rows.get("switch shapes"), SWITCH_SHAPES.join(", "));
  assertEquals(rows.get("bind modes"), BIND_MODES.join(", "));
  assertEquals(rows.get("target kinds"), TARGET_KINDS.join(", "));
  assertEquals(rows.get("notice events"), NOTICE_EVENTS.join(", "));
  assertEquals(rows.get("reported switches"), REPORTED_SWITCHES.join(", "));
  assertEquals(rows.get("metered"), METERED.join(", "));
  assertEquals(rows.get("compressions"), COMPRESSIONS.join(", "));
  assertEquals(rows.get("protocols"), PROTOCOLS.join(", "));
  assertEquals(rows.get("protections"), PROTECTIONS.join(", "));
  assertEquals(rows.get("hold orders"), HOLD_ORDERS.join(", "));
});

Deno.test("docs/wire.md names the sizes of the preamble", async () => {
  const rows = await readRows();
  const sizeOf = (part: string) => rows.find(([first]) => first === part)?.[2];
  assertEquals(sizeOf("HELLO"), `${HELLO_BYTES}`);
  assertEquals(sizeOf("AUTH"), `${AUTH_BYTES}`);
  assert(sizeOf("VERDICT, refused")?.endsWith(` ${MAX_SENTENCE_BYTES + 3}`));
});
