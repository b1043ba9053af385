import type {
  GrantedPort,
  MappingAnswer,
  MappingMethod,
  RouterLook,
  WantedPort,
} from "../../core/mapping/mapping_answer.ts";

/** A router, and from where it is asked. Addresses in numbers, without a zone. */
export interface RouterPlace {
  readonly router: string;
  readonly own: string;
  /** The number of the device that leads to it, for addresses that mean something there only. */
  readonly device: number;
}

/** A mapping that a router has made. */
export interface HeldPort {
  readonly wanted: WantedPort;
  readonly granted: GrantedPort;
}

/** One way of asking one router for ports. Only what comes from it counts. */
export interface GatewayClient {
  readonly method: MappingMethod;
  /** Asks for a port, or for one that is had already once more. Never throws for what a router does. */
  map(wanted: WantedPort, signal: AbortSignal): Promise<MappingAnswer>;
  /** Asks how the router is, with as little as possible. */
  look(held: HeldPort, signal: AbortSignal): Promise<RouterLook>;
  /** Takes a mapping back; nobody waits for longer than `signal` lets. */
  unmap(held: HeldPort, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** For how long a port is asked for: a program that is killed leaves it open for so long. */
export const LIFETIME_S = 3_600;
