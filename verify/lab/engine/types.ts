import type Docker from 'dockerode';
import type { ExecOptions, ExecResult } from '../subject.ts';

/** A container engine that answers. It belongs to someone else, unless `private`. */
export interface Engine {
  readonly docker: Docker;
  /** Path of a unix socket, or a URL (`tcp://`). */
  readonly socketPath: string;
  readonly private: boolean;
  /** Path of a private engine's network namespace: it plays the host in network findings. Null: the host's own. */
  readonly netns: string | null;
  /** Goes into the label of everything that is made here. */
  readonly runId: string;
  /** Runs a command where the engine's bridges are: in its network namespace, else plainly on the host. */
  hostNetworkExec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
}

/** An engine of our own, for as long as the run: nothing of the host's network, nor of its engine, is touched. */
export interface PrivateEngine extends Engine, AsyncDisposable {
  readonly private: true;
  readonly netns: string;
  /** Of the containerd that is the engine's own. */
  readonly containerdSocket: string;
  /** Process id of the daemon. */
  pid(): number;
  /** Process id of its containerd. */
  readonly containerdPid: number;
  /** What a daemon of it logged last that ended although nobody here told it to; null where none did. */
  endedByItself(): string | null;
  /** Ends containers, daemons, namespace and mounts. Disposing does the same. */
  stop(): Promise<void>;
  /** SIGKILL to the daemon, as a crash would; containers live on until `restart` or `stop`. */
  kill(): Promise<void>;
  /** Ends the daemon (unless it is dead already) and starts it again with the same data. */
  restart(): Promise<void>;
  /** Ends all that there is of it, however it hangs, and starts it anew: same socket and, where they are kept, same images. */
  renew(): Promise<void>;
}

/** An image in one engine. */
export interface Image {
  readonly id: string;
  /** Name to run it by. */
  readonly reference: string;
  /** As the engine reports it, in bytes. */
  readonly sizeBytes: number;
}
