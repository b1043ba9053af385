/** The lab itself, or a program in it that had to succeed, failed: nothing about the product. */
export class LabFailure extends Error {
  override readonly name = "LabFailure";
}
