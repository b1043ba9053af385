import type { AnswersFrom } from "../../core/datagram/answers_from.ts";
import { isTftpRequest } from "../../core/datagram/tftp_request.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { hostOf } from "../../net/socket_address.ts";

/** Where a server application is, and from which of its ports it answers. */
export interface ServerPlace {
  readonly server: Endpoint;
  readonly answersFrom: AnswersFrom;
}

/**
 * The port of a server application that a flow talks to. With `ownPort` it is always the one that
 * the service names. With `anyPort` it is the one that has answered last, until the client
 * application begins another transfer: by TFTP a request goes to the service's port, and all that
 * belongs to it to the port that has answered it.
 */
export class ServerPort {
  readonly server: Endpoint;
  readonly #answersFrom: AnswersFrom;
  readonly #host: string;
  #talking: Endpoint;

  constructor({ server, answersFrom }: ServerPlace) {
    this.server = server;
    this.#answersFrom = answersFrom;
    this.#host = hostOf(server.key);
    this.#talking = server;
  }

  /** Where `payload` of the client application goes. */
  portFor(payload: Uint8Array): Endpoint {
    if (this.#talking !== this.server && isTftpRequest(payload)) this.#talking = this.server;
    return this.#talking;
  }

  /** Whether what comes from there is of the server application, which is then talked to there. */
  hears(from: Endpoint): boolean {
    if (from.key === this.#talking.key) return true;
    if (this.#answersFrom === "ownPort" || hostOf(from.key) !== this.#host) return false;
    this.#talking = from.key === this.server.key ? this.server : from;
    return true;
  }
}
