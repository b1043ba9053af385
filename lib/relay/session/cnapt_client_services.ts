import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { DialRequest } from "../../core/wire/client_service_messages.ts";
import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import { CallAnswers, type CallAnswersContext } from "../client_service/call_answers.ts";
import type { CnaptSessionContext } from "./cnapt_session_context.ts";
import { DatagramAnswers } from "../client_service/datagram_answers.ts";
import { DirectLinks } from "../link/direct/direct_links.ts";
import type { Link } from "../link/link.ts";
import type { LinkSupply } from "../link/link_supply.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** What the client services ask of the driver of their session. */
export interface CnaptClientServicesHost extends Pick<CallAnswersContext, "answer" | "refuse"> {
  /** Owns what the session runs by itself. */
  readonly tasks: TaskGroup;
  readonly control: () => Link | null;
  readonly requestDial: (request: DialRequest) => void;
}

/** The client services of one CNAPT session: answers calls, and knows who dials their links. */
export class CnaptClientServices {
  readonly #context: CnaptSessionContext;
  readonly #tasks: TaskGroup;
  readonly #supply: LinkSupply;
  readonly #answers: CallAnswers;
  readonly #datagramAnswers: DatagramAnswers;
  readonly #direct: DirectLinks | null;

  constructor(context: CnaptSessionContext, supply: LinkSupply, host: CnaptClientServicesHost) {
    this.#context = context;
    this.#tasks = host.tasks;
    this.#supply = supply;
    const { openClientApplication: open, findClientApplication: find, flows, log } = context;
    const { refuse, tasks } = host;
    this.#datagramAnswers = new DatagramAnswers({ flows, find, refuse, tasks, log });
    this.#answers = new CallAnswers({
      open,
      compressionOf: (service) => context.compressionOfClientService?.(service) ?? "none",
      answer: host.answer,
      refuse,
      most: context.settings.limits.streams,
      log,
    });
    this.#direct = context.direct === null ? null : new DirectLinks({
      settings: context.direct,
      credentials: context.endpoint.credentials,
      providers: context.providers,
      supply,
      control: host.control,
      requestDial: host.requestDial,
      tasks: host.tasks,
      log,
    });
  }

  /** A server application has connected to one of them. */
  called(call: number, service: string, source: string): void {
    const offered = this.#context.settings.clientServices.find(({ name }) => name === service);
    if (offered?.protocol === "udp") this.#datagramAnswers.take(call, offered, source);
    else this.#tasks.run("answer call", () => this.#answers.take(call, service, source));
  }

  /** Where the links of a stream come from. */
  sourceOf({ target }: StreamOpening): Pick<LinkSupply, "request"> {
    const isDirect = target.kind === "call" && this.#context.direct?.services.has(target.name);
    return isDirect === true && this.#direct !== null ? this.#direct : this.#supply;
  }

  /** The session lives on `provider` now, and nowhere else. */
  use(provider: ProviderKey): void {
    this.#direct?.use(provider);
  }

  leave(provider: ProviderKey): void {
    this.#direct?.leave(provider);
  }

  /** There is no network. */
  leaveAll(): void {
    this.#direct?.leaveAll();
  }

  close(): void {
    this.leaveAll();
    this.#answers.close();
  }
}
