import type { BindDatagrams } from "./datagram_messages.ts";
import type { Measure } from "./measure_messages.ts";
import type { Bind, Connect, Message, SwitchStep2, SwitchUnexpected } from "./message.ts";

/** A message that says what the parked link on which it comes is for. */
export type FirstMessage =
  | Connect
  | Bind
  | BindDatagrams
  | Measure
  | SwitchStep2
  | SwitchUnexpected;

const FIRST_KINDS: ReadonlySet<Message["kind"]> = new Set<FirstMessage["kind"]>([
  "connect",
  "bind",
  "bindDatagrams",
  "measure",
  "switchStep2",
  "switchUnexpected",
]);

/** Whether a link may begin with `message`, which CNAPT sends. */
export function isFirstMessage(message: Message): message is FirstMessage {
  return FIRST_KINDS.has(message.kind);
}
