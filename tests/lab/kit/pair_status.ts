import { LabFailure } from "./lab_failure.ts";

/** What a switch did, as `cnapt switch --json` and the status tell it: what scripts rely on. */
export interface PairSwitch {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly stallMs: number;
  readonly replayedBytes: number;
}

/** One UDP conversation. */
export interface PairFlow {
  readonly service: string;
  readonly way: string;
  readonly sentDatagrams: number;
  readonly receivedDatagrams: number;
}

export interface PairSite {
  readonly state: string;
  /** Null where none was measured. */
  readonly roundTripMs: number | null;
  readonly datagrams: {
    readonly way: string;
    readonly dropped: Readonly<Record<string, number>>;
  };
}

/** What `cnapt status --json` tells at least. */
export interface PairStatus {
  readonly state: string;
  readonly provider: string;
  readonly sites: Readonly<Record<string, PairSite>>;
  readonly flows: readonly PairFlow[];
  readonly switches: readonly PairSwitch[];
}

/** Whether CNAPT is connected to all of its sites, and no switch is under way. */
export function isConnected(status: PairStatus): boolean {
  const sites = Object.values(status.sites);
  return sites.length > 0 && sites.every((site) => site.state === "connected");
}

/** @throws LabFailure when a field is missing that scripts rely on */
export function readPairStatus(json: string): PairStatus {
  const value = parse(json);
  const switches = Reflect.get(value, "switches");
  if (!Array.isArray(switches)) throw new LabFailure(`Cannot find switches in ${json}`);
  return {
    state: text(value, "state"),
    provider: text(value, "provider"),
    sites: sitesOf(value),
    flows: list(value, "flows").map(flowOf),
    switches: switches.map(switchOf),
  };
}

/** @throws LabFailure when a field is missing that scripts rely on */
export function readPairSwitch(json: string): PairSwitch {
  const receipts = list(parse(json), "receipts");
  if (receipts.length !== 1) throw new LabFailure(`Cannot find the receipt in ${json}`);
  return switchOf(receipts[0]);
}

function switchOf(value: unknown): PairSwitch {
  const object = asObject(value);
  return {
    kind: text(object, "kind"),
    from: text(object, "from"),
    to: text(object, "to"),
    reason: text(object, "reason"),
    stallMs: number(object, "stallMs"),
    replayedBytes: number(object, "replayedBytes"),
  };
}

function sitesOf(value: object): PairStatus["sites"] {
  const sites = asObject(Reflect.get(value, "sites"));
  return Object.fromEntries(
    Object.entries(sites).map(([name, site]) => [name, siteOf(asObject(site))]),
  );
}

function siteOf(site: object): PairSite {
  const datagrams = asObject(Reflect.get(site, "datagrams"));
  const dropped = asObject(Reflect.get(datagrams, "dropped"));
  return {
    state: text(site, "state"),
    roundTripMs: Reflect.get(site, "roundTripMs") === null ? null : number(site, "roundTripMs"),
    datagrams: { way: text(datagrams, "way"), dropped: { ...dropped } },
  };
}

function flowOf(value: unknown): PairFlow {
  const object = asObject(value);
  return {
    service: text(object, "service"),
    way: text(object, "way"),
    sentDatagrams: number(object, "sentDatagrams"),
    receivedDatagrams: number(object, "receivedDatagrams"),
  };
}

function list(object: object, name: string): readonly unknown[] {
  const value: unknown = Reflect.get(object, name);
  if (!Array.isArray(value)) throw new LabFailure(`Cannot find the list ${name}`);
  return value;
}

function parse(json: string): object {
  try {
    return asObject(JSON.parse(json));
  } catch (cause) {
    throw new LabFailure(`Cannot read the product's answer ${json}`, { cause });
  }
}

function asObject(value: unknown): object {
  if (typeof value !== "object" || value === null) {
    throw new LabFailure(`Cannot find an object in ${JSON.stringify(value)}`);
  }
  return value;
}

function text(object: object, name: string): string {
  const value: unknown = Reflect.get(object, name);
  // No provider at all is told as null.
  if (value === null) return "";
  if (typeof value !== "string") throw new LabFailure(`Cannot find the text ${name}`);
  return value;
}

function number(object: object, name: string): number {
  const value: unknown = Reflect.get(object, name);
  if (typeof value !== "number") throw new LabFailure(`Cannot find the number ${name}`);
  return value;
}
