import { target } from "./common_settings.ts";
import { type HostPort, isNumericAddress } from "./host_port.ts";
import { listOf, object, optional, parsed, type Place, type Reader, text } from "./schema.ts";
import { shownValue } from "./shown_value.ts";

/** Which programs are told when the path changes. */
export type NotifyConfig =
  | { readonly kind: "post"; readonly url: string }
  | { readonly kind: "command"; readonly argv: readonly string[] }
  | { readonly kind: "udp"; readonly to: HostPort };

const MAX_RECEIVERS = 16;

const url: Reader<string> = parsed((value) => {
  if (typeof value === "string" && URL.canParse(value)) {
    const { protocol } = new URL(value);
    if (protocol === "http:" || protocol === "https:") return value;
  }
  throw new TypeError(
    `${shownValue(value)} is no address of a page: write http://127.0.0.1:9000/x`,
  );
}, "http://127.0.0.1/");

const fields = object({
  post: optional(url, null),
  command: optional(listOf(text("a program or one of its arguments")), null),
  udp: optional(target, null),
});

const WAYS = "write one of post: URL, command: [PROGRAM, ARGUMENT], udp: ADDRESS:PORT";

function receiver(value: unknown, at: Place): NotifyConfig {
  const { post, command, udp } = fields(value, at);
  if ([post, command, udp].filter((way) => way !== null).length !== 1) at.problem(WAYS);
  if (command !== null) {
    if (command.length === 0) at.field("command").problem("it names no program");
    return { kind: "command", argv: command };
  }
  if (udp !== null) {
    if (udp.host !== "" && !isNumericAddress(udp.host)) {
      at.field("udp").problem(`${udp.host} is a name: an address in numbers is wanted`);
    }
    return { kind: "udp", to: udp };
  }
  return { kind: "post", url: post ?? "" };
}

/** The list `notify` of either configuration. */
export function notifyConfig(value: unknown, at: Place): readonly NotifyConfig[] {
  const receivers = listOf(receiver)(value, at);
  if (receivers.length > MAX_RECEIVERS) at.problem(`there are more than ${MAX_RECEIVERS}`);
  return receivers;
}
