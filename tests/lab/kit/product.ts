import { compiledProduct } from "../../compiled_product.ts";
import { LabFailure } from "./lab_failure.ts";
import type { SharedPlaces } from "./host_setup.ts";

/** The two programs of the project. */
export type ProductProgram = "cnapt" | "snapt";

/**
 * The command that starts a program of the project on a host: the compiled one of dist/, as users
 * run it, or, where it is older than the sources, Deno with the sources. `LAB_PRODUCT=sources` in the
 * environment takes the sources in any case, `compiled` insists on the other.
 *
 * @throws LabFailure when the compiled one is insisted on and is not there
 */
export function productCommand(
  places: SharedPlaces,
  program: ProductProgram,
): readonly string[] {
  const wanted = Deno.env.get("LAB_PRODUCT");
  const path = wanted === "sources" ? null : compiledProduct(program);
  if (path !== null) return [`${places.project}/${path}`];
  if (wanted === "compiled") throw new LabFailure(`Cannot run ${program}: not compiled lately`);
  const config = `${places.project}/deno.json`;
  const cache = `DENO_DIR=${places.denoDirectory}`;
  const source = `${places.project}/${program}.ts`;
  // Remote code, if any is missing, could not be fetched from inside the lab: say so at once.
  const flags = ["-q", "--cached-only", `--config=${config}`, "-P=programs"];
  return ["env", cache, places.deno, "run", ...flags, source];
}
