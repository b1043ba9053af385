/** What the system says of a service, read from what its program prints for programs. */

export interface ServiceFacts {
  /** Whether it is up: it does what it is there for. */
  readonly isRunning: boolean;
  /** What the system starts it by, `service install`'s or a package's; null: it does not say. */
  readonly file: string | null;
  /** In the system's own words. */
  readonly state: string;
  /** Whether it starts with the machine or the user; null: the system does not say. */
  readonly isEnabled: boolean | null;
  readonly pid: number | null;
  /** How it is, as the program itself says. */
  readonly verdict: string | null;
  /** With what it ended last; null: not yet, by a signal, or the system does not say. */
  readonly lastExit: number | null;
  /** How often the system has started it again; null: it does not count that. */
  readonly restarts: number | null;
}

/** The system has said nothing of it that could be read. */
export const UNKNOWN_STATE = "unknown";

/** What was printed, and how the program ended. */
export interface Answer {
  readonly code: number;
  readonly out: string;
}

/** For `systemctl show`. */
export const SYSTEMD_PROPERTIES = [
  ...["ActiveState", "SubState", "UnitFileState", "MainPID", "StatusText"],
  ...["FragmentPath", "NRestarts", "ExecMainStatus", "ExecMainCode"],
] as const;

/** CLD_EXITED. */
const EXITED = "1";
/** States in which a program has said that it is ready. */
const SYSTEMD_UP: readonly string[] = ["active", "reloading", "refreshing"];

/** Of `systemctl show`: lines `NAME=value`. */
export function systemdFacts({ out }: Answer): ServiceFacts {
  const values = new Map(
    out.split("\n").map((line): [string, string] => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1).trim()];
    }),
  );
  const of = (name: typeof SYSTEMD_PROPERTIES[number]) => values.get(name) ?? "";
  const active = of("ActiveState");
  const unitFile = of("UnitFileState");
  return {
    isRunning: SYSTEMD_UP.includes(active),
    file: of("FragmentPath") || null,
    state: active === "" ? UNKNOWN_STATE : `${active} (${of("SubState")})`,
    isEnabled: unitFile === "" ? null : unitFile.startsWith("enabled"),
    pid: numberOf(of("MainPID")) || null,
    verdict: of("StatusText") || null,
    // Else it has not ended, or a signal has ended it.
    lastExit: of("ExecMainCode") === EXITED ? numberOf(of("ExecMainStatus")) : null,
    restarts: numberOf(of("NRestarts")),
  };
}

/** Of `launchctl print`, which is made for people: the lines of the service itself, one tab deep. */
export function launchdFacts({ code, out }: Answer): ServiceFacts {
  if (code !== 0) return { ...NOTHING, state: "not loaded" };
  const of = (name: string) => new RegExp(`^\\t${name} = (.+)$`, "m").exec(out)?.[1] ?? "";
  const state = of("state") || UNKNOWN_STATE;
  const runs = numberOf(of("runs"));
  return {
    isRunning: state === "running",
    file: of("path") || null,
    state,
    isEnabled: true, // what is loaded is kept alive
    pid: numberOf(of("pid")),
    verdict: null,
    lastExit: numberOf(of("last exit code")),
    restarts: runs === null ? null : Math.max(0, runs - 1),
  };
}

/** Results of tasks that are none of the program's: SCHED_S_TASK_RUNNING, …_READY, …_HAS_NOT_RUN. */
const TASK_RUNNING = 0x41301;
const TASK_STATES: ReadonlyMap<number, string> = new Map([
  [TASK_RUNNING, "running"],
  [0x41300, "ready"],
  [0x41303, "has not run yet"],
  [0x41306, "ended by the user"],
]);
/** Of `schtasks /query /v /fo csv`, whose words are in the language of the user: its column 7. */
const LAST_RESULT = 6;

export function windowsFacts({ code, out }: Answer): ServiceFacts {
  if (code !== 0) return { ...NOTHING, state: "not there" };
  const fields = csvFields(out.split(/\r?\n/)[0] ?? "");
  const result = numberOf(fields[LAST_RESULT] ?? "");
  if (result === null) return { ...NOTHING, state: UNKNOWN_STATE };
  const state = TASK_STATES.get(result);
  return {
    ...NOTHING,
    isRunning: result === TASK_RUNNING,
    state: state ?? "ended",
    lastExit: state === undefined ? result : null,
  };
}

const NOTHING: ServiceFacts = {
  isRunning: false,
  file: null,
  state: UNKNOWN_STATE,
  isEnabled: null,
  pid: null,
  verdict: null,
  lastExit: null,
  restarts: null,
};

function numberOf(text: string): number | null {
  return /^-?\d+$/.test(text) ? Number(text) : null;
}

/** Every field in quotation marks, which are doubled inside. */
function csvFields(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, field = ""]) =>
    field.replaceAll('""', '"')
  );
}
