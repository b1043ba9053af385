import { isHangupIgnored } from "../../net/hangup.ts";
import { exitCodeOf } from "./exit_code.ts";
import { standardError } from "./log_output.ts";

/**
 * A signal that is aborted when the program is asked to end; asked twice, it ends at once (as soon as
 * its last lines are written). That the terminal is gone asks too, unless the program was started to
 * go on without, and is often said twice.
 */
export function terminationSignal(): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    const exit = () => Deno.exit(exitCodeOf("failed"));
    if (controller.signal.aborted) standardError.flush().then(exit, exit);
    else controller.abort();
  };
  const goesOn = isHangupIgnored();
  Deno.addSignalListener("SIGINT", onSignal);
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", onSignal);
    Deno.addSignalListener("SIGHUP", goesOn ? () => {} : () => controller.abort());
  }
  return controller.signal;
}
