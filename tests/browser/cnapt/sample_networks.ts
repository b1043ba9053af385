import type {
  DecisionSnapshot,
  ProviderSnapshot,
} from "../../../lib/relay/decision/decision_snapshot.ts";
import { DEFAULT_THRESHOLDS } from "../../../lib/core/decision/thresholds.ts";
import type { NetworkReading } from "../../../lib/status/history/path_history.ts";
import { PathHistory, SAMPLE_MS } from "../../../lib/status/history/path_history.ts";

const BEGIN = Date.now();

/** A network that answers, as the decision sees it. */
export function network(
  key: string,
  changes: Partial<ProviderSnapshot> & { readonly candidate?: never } = {},
  candidate: Partial<ProviderSnapshot["candidate"]> = {},
): ProviderSnapshot {
  return {
    candidate: {
      key,
      type: "wifi",
      state: "up",
      connects: "byItself",
      priority: 1,
      metered: false,
      cost: 0,
      waitingServices: [],
      ...candidate,
    },
    device: key,
    addresses: ["192.168.1.23"],
    isCurrent: false,
    measurement: {
      reach: { kind: "answering" },
      roundTripMs: 21.7,
      jitterMs: 2.3,
      loss: 0.004,
      signalPercent: null,
    },
    quality: { level: "good", causes: [], beyondWarning: 0, beyondCritical: 0, recovering: 0 },
    stableMs: 125_000,
    score: {
      key,
      total: 31,
      parts: [{ name: "priority", points: 30 }, { name: "roundTrip", points: 1 }],
    },
    standbyLinks: 1,
    trial: null,
    rate: {
      probed: { down: 5_200_000, up: 1_100_000 },
      achieved: { down: 0, up: 0 },
      agoMs: 30_000,
    },
    ...changes,
  };
}

/** Four networks: one in use, one on trial, one that costs, and one that a command connects. */
export function networks(): readonly ProviderSnapshot[] {
  return [
    network("wifi0", {
      isCurrent: true,
      measurement: {
        reach: { kind: "answering" },
        roundTripMs: 21.7,
        jitterMs: 2.3,
        loss: 0.004,
        signalPercent: 68,
      },
    }),
    network("eth0", {
      stableMs: null,
      trial: {
        doublings: 1,
        what: "was lost soon after the session had come to it",
        failedAgoMs: 42_000,
        trialMs: 60_000,
        provenMs: 0,
      },
      rate: {
        probed: { down: null, up: null },
        achieved: { down: 11_400_000, up: 210_000 },
        agoMs: 42_000,
      },
    }, { type: "ethernet" }),
    network("lte0", {
      measurement: {
        reach: { kind: "answering" },
        roundTripMs: 61.4,
        jitterMs: 14,
        loss: 0.02,
        signalPercent: 81,
      },
      rate: null,
    }, { type: "cellular", metered: true, cost: 40 }),
    network("vpn0", {
      measurement: null,
      quality: null,
      stableMs: null,
      score: null,
      rate: null,
      addresses: [],
    }, {
      type: "vpn",
      state: "raisable",
    }),
  ];
}

export function decision(
  providers: readonly ProviderSnapshot[],
  changes: Partial<DecisionSnapshot> = {},
): DecisionSnapshot {
  return {
    mode: "automatic",
    chosen: null,
    stableMs: 30_000,
    thresholds: DEFAULT_THRESHOLDS,
    providers,
    need: { down: 0, up: 0 },
    decisions: [
      {
        at: new Date(BEGIN - 600_000).toISOString(),
        kind: "sudden",
        on: "eth0",
        to: "wifi0",
        reasons: [{ code: "lost", text: "eth0 is lost: the cable was pulled" }],
      },
      {
        at: new Date(BEGIN - 590_000).toISOString(),
        kind: "keep",
        on: "wifi0",
        to: "wifi0",
        reasons: [{ code: "onTrial", text: "eth0 is better, but on trial for 18 s more" }],
      },
    ],
    ...changes,
  };
}

/** An hour of samples of these networks, the first of which carries what applications say. */
export function hourOf(
  site: string,
  names: readonly string[],
  switches: readonly { readonly agoMs: number; readonly to: string }[] = [],
  history = new PathHistory(),
): PathHistory {
  const now = Date.now();
  const wave = (at: number, every: number) => Math.sin((at / 60_000 / every) * 2 * Math.PI);
  for (let ago = 719; ago >= 0; ago -= 1) {
    const at = now - ago * SAMPLE_MS;
    const current = switches.findLast((one) => at >= now - one.agoMs)?.to ?? names[0];
    const readings = names.map((provider, place): NetworkReading => ({
      site,
      provider,
      roundTripMs: 20 + 18 * place + 4 * wave(at, 7 + place) + (ago % 97 === 0 ? 40 : 0),
      loss: 0,
      bytesPerSecond: provider === current ? Math.max(0, 8e5 + 7e5 * wave(at, 11)) : 0,
    }));
    history.sample(new Date(at), readings);
  }
  return history;
}
