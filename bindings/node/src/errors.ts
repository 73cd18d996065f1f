/** What goes wrong. Whatever is thrown, here or anywhere else in this package, means the same: the action must not happen. */

/** Something that must not happen, or of which nobody knows whether it may. */
export class LictorError extends Error {
  override readonly name: string = "LictorError";

  constructor(
    /** For programs: the code of the policy, of the gateway, or of this package. */
    readonly code: string,
    /** In words; of what a gateway decided as far as that is for an agent. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${reason}`, options);
  }
}
