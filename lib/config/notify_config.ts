import { target } from "./common_settings.ts";
import { type HostPort, isNumericAddress } from "./host_port.ts";
import { listOf, object, optional, parsed, type Reader, reader, text } from "./schema.ts";
import { shownValue } from "./shown_value.ts";

/** Which programs are told when the path changes. */
export type NotifyConfig =
  | { readonly kind: "post"; readonly url: string }
  | { readonly kind: "command"; readonly argv: readonly string[] }
  | { readonly kind: "udp"; readonly to: HostPort };

const MAX_RECEIVERS = 16;

const url: Reader<string> = parsed(
  (value) => {
    if (typeof value === "string" && URL.canParse(value)) {
      const { protocol } = new URL(value);
      if (protocol === "http:" || protocol === "https:") return value;
    }
    throw new TypeError(
      `${shownValue(value)} is no address of a page: write http://127.0.0.1:9000/x`,
    );
  },
  "http://127.0.0.1/",
  {
    ...{ kind: "text", what: "a URL", pattern: String.raw`^\s*[Hh][Tt][Tt][Pp][Ss]?:` },
    example: "http://127.0.0.1:9000/x",
  },
);

const fields = object({
  post: optional(url, null, "Where the notice is sent by HTTP."),
  command: optional(listOf(text("a program or one of its arguments")), null, {
    says: "A program that gets the notice on its standard input, and its arguments.",
    example: "[/usr/local/bin/on-switch, home]",
  }),
  udp: optional(target, null, {
    says: "Where the notice is sent as a datagram, an address in numbers.",
    example: "127.0.0.1:9001",
  }),
});

const WAYS = "write one of post: URL, command: [PROGRAM, ARGUMENT], udp: ADDRESS:PORT";

const receiver: Reader<NotifyConfig> = reader(fields.form, (value, at): NotifyConfig => {
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
});

const receivers = listOf(receiver);

/** The list `notify` of either configuration. */
export const notifyConfig: Reader<readonly NotifyConfig[]> = reader(
  { kind: "list", of: receiver.form, most: MAX_RECEIVERS },
  (value, at) => {
    const all = receivers(value, at);
    if (all.length > MAX_RECEIVERS) at.problem(`there are more than ${MAX_RECEIVERS}`);
    return all;
  },
);
