import type { ExecOptions, ExecResult, Subject } from '../subject.ts';

/** A user-defined bridge network. Disposing it removes it (its containers must be gone). */
export interface Network extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  readonly subnet: string;
  readonly gateway: string;
}

/** A network namespace made by the lab. Disposing it ends the processes inside and removes it with its devices. */
export interface Namespace extends AsyncDisposable, Subject {
  readonly kind: 'host';
  readonly name: string;
  /** For `nsenter --net=`. */
  readonly path: string;
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
}

/** A namespace that stands for another machine on the network of the engine's host. */
export interface Peer extends Namespace {
  /** Its own address, and the one of the engine's host on the same link. */
  readonly address: string;
  readonly hostAddress: string;
  /** Its network device, and the one at the host's end. */
  readonly device: string;
  readonly hostDevice: string;
}
