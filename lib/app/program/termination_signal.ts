import { isHangupIgnored } from "../../net/hangup.ts";
import { hasControllingTerminal } from "../../net/terminal.ts";
import { exitCodeOf } from "./exit_code.ts";
import { standardError } from "./log_output.ts";

/** What the system, or whoever sends signals, asks of a program that runs. */
export interface ProgramSignals {
  /** Aborted when it is asked to end. */
  readonly ending: AbortSignal;
  /** Dispatches `reload` when it is asked to read its configuration again. */
  readonly requests: EventTarget;
}

/**
 * Listens to signals. Asked twice to end, the program ends at once (as soon as its last lines are
 * written). SIGHUP says that the terminal is gone, which asks to end too, and often twice, unless the
 * program was started to go on without. A service never had a terminal: it is to reload.
 */
export function programSignals(): ProgramSignals {
  const controller = new AbortController();
  const requests = new EventTarget();
  const onSignal = () => {
    const exit = () => Deno.exit(exitCodeOf("failed"));
    if (controller.signal.aborted) standardError.flush().then(exit, exit);
    else controller.abort();
  };
  const goesOn = isHangupIgnored();
  Deno.addSignalListener("SIGINT", onSignal);
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", onSignal);
    const end = () => controller.abort();
    const reload = () => requests.dispatchEvent(new Event("reload"));
    // Asked now: a terminal that is gone is not seen any more.
    const onHangup = goesOn ? () => {} : hasControllingTerminal() ? end : reload;
    Deno.addSignalListener("SIGHUP", onHangup);
  }
  return { ending: controller.signal, requests };
}
