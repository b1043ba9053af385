/** What a service on this machine consists of, whatever the system writes it down as. */

/** What there are services of: the programs, and the relay that one of them can be. */
export type ServiceName = "cnapt" | "snapt" | "snapt-relay";

/** The program of a service, and what it is told to be. */
const TYPED = {
  cnapt: { program: "cnapt", as: [] },
  snapt: { program: "snapt", as: [] },
  "snapt-relay": { program: "snapt", as: ["relay"] },
} as const satisfies Readonly<Record<ServiceName, unknown>>;

/** Which program a service is. */
export function programOf(name: ServiceName): "cnapt" | "snapt" {
  return TYPED[name].program;
}

/** What people type before `service` and `run`: `snapt relay`. */
export function typedFor(name: ServiceName): string {
  const { program, as } = TYPED[name];
  return [program, ...as].join(" ");
}

/** All that the texts are made from. Every path is absolute. */
export interface ServicePlan {
  readonly program: ServiceName;
  /** What is started, with all that stands before the command: `["/usr/bin/cnapt"]`. */
  readonly start: readonly string[];
  readonly configFile: string;
  /** Where the program keeps what it writes. */
  readonly stateFolder: string;
  /** For the user that is at work, or for the machine. */
  readonly scope: ServiceScope;
  /** The name of the user that a service of the machine runs as; null: the one at work. */
  readonly runAs: string | null;
  /** The folder of that user: it is written to, and may be what a unit would hide. */
  readonly home: string;
  /** How long the program may take to end, in seconds. */
  readonly stopSeconds: number;
  /** What the configuration needs beyond an ordinary user: `CAP_NET_BIND_SERVICE`. */
  readonly capabilities: readonly string[];
}

export type ServiceScope = "user" | "system";

/** What each program is, in one line. */
export const SERVICE_DESCRIPTIONS = {
  cnapt: "CNAPT, keeps connections while the network changes",
  snapt: "SNAPT, the side of the servers that CNAPTs connect to",
  "snapt-relay": "A relay for SNAPTs that nobody reaches otherwise",
} as const satisfies Readonly<Record<ServiceName, string>>;

/** So many descriptors; the limits of the configuration are held against it. */
export const SERVICE_DESCRIPTORS = 65_536;

/** The command that the service runs. */
export function serviceCommand(
  { program, start, configFile, stateFolder }: ServicePlan,
): readonly string[] {
  return [...start, ...TYPED[program].as, "run", "--config", configFile, "--state", stateFolder];
}

/** The folder of a file, as the system writes paths. */
export function folderOf(file: string): string {
  return file.startsWith("/")
    ? file.replace(/\/[^/]*$/, "") || "/"
    : file.replace(/[\\/][^\\/]*$/, "");
}
