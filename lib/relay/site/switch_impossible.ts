import type { SwitchFailure } from "../../core/session/switch_summary.ts";

/** A switch that could not be started. */
export class SwitchImpossible extends Error {
  override readonly name = "SwitchImpossible";
  readonly failure: SwitchFailure;

  constructor(message: string, failure: SwitchFailure = "impossible") {
    super(message);
    this.failure = failure;
  }
}
