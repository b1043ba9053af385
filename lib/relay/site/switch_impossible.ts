/** A switch that could not be started. */
export class SwitchImpossible extends Error {
  override readonly name = "SwitchImpossible";
}
