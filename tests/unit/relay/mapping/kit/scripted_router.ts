import type {
  GrantedPort,
  MappingAnswer,
  MappingMethod,
  RouterLook,
  WantedPort,
} from "../../../../../lib/core/mapping/mapping_answer.ts";
import type { GatewayClient, HeldPort } from "../../../../../lib/relay/mapping/gateway_client.ts";

/** What a router answers, by one method, and what it was asked. */
export class ScriptedRouter implements GatewayClient {
  readonly method: MappingMethod;
  /** `map tcp 7787`, `look`, `unmap udp 7787`, `close`, in their order. */
  readonly asked: string[] = [];
  answer: (wanted: WantedPort) => MappingAnswer;
  looks: () => RouterLook = () => ({ kind: "seen", epochS: null, outerHost: null });

  constructor(method: MappingMethod, answer: (wanted: WantedPort) => MappingAnswer) {
    this.method = method;
    this.answer = answer;
  }

  map(wanted: WantedPort): Promise<MappingAnswer> {
    this.asked.push(`map ${wanted.transport} ${wanted.outerPort}`);
    return Promise.resolve(this.answer(wanted));
  }

  look(): Promise<RouterLook> {
    this.asked.push("look");
    return Promise.resolve(this.looks());
  }

  unmap({ wanted }: HeldPort): Promise<void> {
    this.asked.push(`unmap ${wanted.transport} ${wanted.port}`);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.asked.push("close");
    return Promise.resolve();
  }

  /** What was asked since the last time. */
  news(): readonly string[] {
    return this.asked.splice(0);
  }
}

export const OUTER_HOST = "20.30.40.5";

/** Grants what is wanted, with what is said changed. */
export function granting(
  { host = OUTER_HOST, port, lifetimeS = 3_600, epochS = null }: {
    readonly host?: string;
    readonly port?: number;
    readonly lifetimeS?: number | null;
    readonly epochS?: number | null;
  } = {},
): (wanted: WantedPort) => GrantedPort {
  return ({ outerPort }) => ({
    kind: "granted",
    outer: { host, port: port ?? outerPort },
    lifetimeS,
    epochS,
  });
}

export function refusing(words: string): () => MappingAnswer {
  return () => ({ kind: "refused", why: "failed", words });
}

export const silence = (): MappingAnswer & RouterLook => ({
  kind: "silent",
  words: "nobody answers at 192.168.7.1",
});
