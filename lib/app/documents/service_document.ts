import type { ServiceFacts } from "../service/service_facts.ts";
import type { ServiceScope } from "../service/service_plan.ts";
import type { ServiceSteps } from "../service/service_steps.ts";

/** What one of the actions of `service` did or found. */
export type ServiceResult =
  | {
    readonly action: "install";
    /** `--print`: nothing was written. */
    readonly outcome: "printed";
    /** What would be written. */
    readonly text: string;
    readonly warnings: readonly string[];
  }
  | {
    readonly action: "install";
    readonly outcome: "written" | "changed" | "unchanged";
    /** The lines that are others now. */
    readonly changes: readonly string[];
    /** Null: the system's own user for it. */
    readonly runsAs: string | null;
    readonly startsWith: "machine" | "login";
    readonly warnings: readonly string[];
  }
  | {
    readonly action: "uninstall";
    readonly outcome: "absent" | "removed";
    readonly problems: readonly string[];
  }
  | { readonly action: "start" | "stop"; readonly outcome: "started" | "stopped" }
  | { readonly action: "status"; readonly installed: false; readonly running: false }
  | InstalledService
  | {
    readonly action: "logs";
    readonly lines: readonly string[];
  };

/** `service status` of one that is installed. */
export interface InstalledService extends Omit<ServiceFacts, "file" | "isRunning" | "isEnabled"> {
  readonly action: "status";
  readonly installed: true;
  /** Whether it is up: it does what it is there for. */
  readonly running: boolean;
  /** Whether it starts with the machine or the user; null: the system does not say. */
  readonly enabled: boolean | null;
}

/** Where the service is kept. */
export interface ServicePlace {
  readonly manager: ServiceSteps["manager"];
  readonly scope: ServiceScope;
  /** What the system starts it by. */
  readonly file: string;
}

/** What `service ACTION --json` prints. */
export type ServiceDocument = ServicePlace & ServiceResult;
