import type { ServiceNeeds } from "./service_needs.ts";

/** Where a program has its configuration and what it writes. */
export interface ServiceFiles {
  readonly configFile: string;
  readonly stateFolder: string;
}

/** Where the files of the program are, and what a service of it needs. */
export interface ServiceOwner {
  readonly files: (
    options: { readonly config: string | null; readonly state: string | null },
  ) => Promise<ServiceFiles>;
  /** Checks the configuration as `check` does. */
  readonly needs: (files: ServiceFiles) => Promise<ServiceNeeds>;
}
