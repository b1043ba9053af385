import type { Message } from "./message.ts";

/** The type byte of each message. A number is never used again for something else. */
export const WIRE_TYPES = {
  bind: 0x01,
  bound: 0x02,
  connect: 0x10,
  refused: 0x11,
  disconnect: 0x12,
  ack: 0x13,
  switchStep1: 0x20,
  lastMessageBeforeRedirection: 0x21,
  okToRedirection: 0x22,
  clientServicesReadyForRedirection: 0x23,
  serverServicesReadyForRedirection: 0x24,
  switchStep2: 0x25,
  switchUnexpected: 0x26,
  allRedirected: 0x27,
  positions: 0x30,
  ping: 0x31,
  pong: 0x32,
  parkRequest: 0x33,
  eof: 0x40,
  reset: 0x41,
  finished: 0x42,
  linkLost: 0x43,
  services: 0x44,
} as const satisfies Record<Message["kind"], number>;
