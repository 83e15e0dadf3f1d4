/** Something in the lab went wrong: what, with which value, and what to do. Never a finding's outcome. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** Another run is under way: what was asked for can be had later, or with `--wait`. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** The machine lacks what was asked for. The finding is `not-run` with this sentence as its reason. */
export class NotHereError extends Error {
  override readonly name = 'NotHereError';
}
