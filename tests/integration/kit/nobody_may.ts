import { AccessGate } from "../../../lib/relay/access/access_gate.ts";
import { TestLog } from "../../test_log.ts";

/** A gate that turns everybody away; a real one always admits this machine. */
export class NobodyMay extends AccessGate {
  #count = 0;

  constructor() {
    super([], new TestLog(), () => 0);
  }

  override get refused(): number {
    return this.#count;
  }

  override admits(): boolean {
    this.#count += 1;
    return false;
  }
}
