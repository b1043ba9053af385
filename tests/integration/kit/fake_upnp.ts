import { FakeRouter } from "./fake_router.ts";

/** How a router of UPnP on loopback behaves; what is not said it does well. */
export interface FakeUpnpHabits {
  readonly type?: string;
  readonly outerHost?: string;
  /** The description, or what is answered instead. */
  readonly describe?: (port: number) => Response;
  /** What its answer to a search says of where the description is. */
  readonly location?: (port: number) => string;
  /** The code of an error for a request to add a mapping; null: it is done. */
  readonly refuses?: (port: number, leaseS: number) => number | null;
  /** It says yes, and does nothing. */
  readonly isIdle?: boolean;
  readonly leaseS?: number;
}

const TYPE = "urn:schemas-upnp-org:service:WANIPConnection:1";

/** A router of UPnP on loopback: what it maps is in `mapped`, as `TCP 7787 → 127.0.0.1:7787`. */
export class FakeUpnp implements AsyncDisposable {
  readonly mapped = new Map<string, { client: string; inner: string; leaseS: number }>();
  readonly called: string[] = [];
  readonly ssdpPort: number;
  readonly #habits: FakeUpnpHabits;
  readonly #http: Deno.HttpServer<Deno.NetAddr>;
  readonly #ssdp: FakeRouter;

  constructor(habits: FakeUpnpHabits = {}) {
    this.#habits = habits;
    this.#http = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
    const location = habits.location ?? ((port) => `http://127.0.0.1:${port}/desc.xml`);
    this.#ssdp = new FakeRouter(() => ssdpAnswer(location(this.httpPort)));
    this.ssdpPort = this.#ssdp.port;
  }

  get httpPort(): number {
    return this.#http.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ssdp[Symbol.asyncDispose]();
    await this.#http.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { describe = () => new Response(description(this.#habits.type ?? TYPE)) } = this.#habits;
    if (request.method === "GET") return describe(this.httpPort);
    const body = await request.text();
    const action = /#(\w+)"/.exec(request.headers.get("soapaction") ?? "")?.[1] ?? "";
    this.called.push(action);
    const value = (name: string) => new RegExp(`<${name}>([^<]*)<`).exec(body)?.[1] ?? "";
    return this.#act(action, value);
  }

  #act(action: string, value: (name: string) => string): Response {
    const { outerHost = "20.30.40.5", refuses = () => null, isIdle, leaseS } = this.#habits;
    const key = `${value("NewProtocol")} ${value("NewExternalPort")}`;
    switch (action) {
      case "GetExternalIPAddress":
        return done(action, `<NewExternalIPAddress>${outerHost}</NewExternalIPAddress>`);
      case "AddPortMapping": {
        const code = refuses(Number(value("NewExternalPort")), Number(value("NewLeaseDuration")));
        if (code !== null) return fault(code);
        if (isIdle !== true) {
          this.mapped.set(key, {
            client: value("NewInternalClient"),
            inner: value("NewInternalPort"),
            leaseS: leaseS ?? Number(value("NewLeaseDuration")),
          });
        }
        return done(action, "");
      }
      case "DeletePortMapping":
        return this.mapped.delete(key) ? done(action, "") : fault(714);
      case "GetSpecificPortMappingEntry": {
        const entry = this.mapped.get(key);
        if (entry === undefined) return fault(714);
        return done(
          action,
          `<NewInternalPort>${entry.inner}</NewInternalPort><NewInternalClient>${entry.client}` +
            `</NewInternalClient><NewLeaseDuration>${entry.leaseS}</NewLeaseDuration>`,
        );
      }
      default:
        return fault(401);
    }
  }
}

export function ssdpAnswer(location: string): Uint8Array {
  return new TextEncoder().encode(
    "HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n" +
      `LOCATION: ${location}\r\n\r\n`,
  );
}

export function description(type: string, control = "/ctl"): string {
  return `<root><device><serviceList><service><serviceType>${type}</serviceType>` +
    `<controlURL>${control}</controlURL></service></serviceList></device></root>`;
}

function done(action: string, inner: string): Response {
  return new Response(`<Envelope><Body><u:${action}Response>${inner}</u:${action}Response></Body>`);
}

function fault(code: number): Response {
  const error = `<errorCode>${code}</errorCode><errorDescription>No</errorDescription>`;
  return new Response(`<Fault><UPnPError>${error}</UPnPError></Fault>`, { status: 500 });
}
