import type { Finding } from "./finding.ts";

/** What the doctor of a program has looked at. */
export interface Examined {
  readonly configFile: string;
  readonly findings: readonly Finding[];
  /** What the running program says of itself, in JSON; throws CommandFailed where none can be asked. */
  readonly status: () => Promise<string>;
}
