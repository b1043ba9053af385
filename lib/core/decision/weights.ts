/** How much each part of a score counts; 1 is as the tables in docs/decision.md say. */

/** The parts that people may weigh. Health and what was asked for are not among them. */
export const WEIGHED_PARTS = [
  "metered",
  "priority",
  "cost",
  "roundTrip",
  "loss",
  "rate",
  "history",
  "services",
] as const;
export type WeighedPart = (typeof WEIGHED_PARTS)[number];
export type Weights = Readonly<Record<WeighedPart, number>>;

const EVEN: Weights = {
  metered: 1,
  priority: 1,
  cost: 1,
  roundTrip: 1,
  loss: 1,
  rate: 1,
  history: 0,
  services: 1,
};

/** What people prefer, as weights; `balanced` is what nobody has to ask for. */
export const PREFERENCES = {
  balanced: EVEN,
  /** What has failed, or loses packets, is left aside even when it is nearer or cheaper. */
  reliability: { ...EVEN, loss: 4, history: 1, priority: 0.5 },
  speed: { ...EVEN, rate: 5, roundTrip: 4, priority: 0.5, metered: 0.5, cost: 0.5 },
  cost: { ...EVEN, metered: 3, cost: 4, rate: 0.5, roundTrip: 0.5 },
} as const satisfies Readonly<Record<string, Weights>>;

export type Preference = keyof typeof PREFERENCES;
