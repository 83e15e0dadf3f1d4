/** Something in the lab went wrong: what, with which value, and what to do. Never a finding's outcome. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** The machine lacks what was asked for. The finding is `not-run` with this sentence as its reason. */
export class NotHereError extends Error {
  override readonly name = 'NotHereError';
}
