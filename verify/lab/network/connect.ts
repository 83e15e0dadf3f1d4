import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface ReachRequest {
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** Sent once connected. */
  readonly send?: string;
  /** Reached only if this is among what comes back: a connection alone may be to a proxy or a firewall. */
  readonly expect?: string;
  /** Attempts one after the other for so long, until one reaches it; absent: one attempt. */
  readonly withinMs?: number;
}

export interface Reach {
  readonly reached: boolean;
  readonly because: string;
  readonly received: string;
}

/** The last attempt of those that the request asks for. */
export async function reach(request: ReachRequest): Promise<Reach> {
  const deadline = performance.now() + (request.withinMs ?? 0);
  for (;;) {
    const attempt = await connectAndRead(request);
    if (attempt.reached || performance.now() >= deadline) return attempt;
    // A server that is only just being started sends no word of it.
    await delay(20);
  }
}

/** Connects from this process's network namespace and reads until the token has come, the other end is done, or time is up. */
async function connectAndRead({ address, port, timeoutMs, send, expect }: ReachRequest): Promise<Reach> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    let [connected, received] = [false, ''];
    const end = (reached: boolean, because: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ reached, because, received: received.slice(0, 4000) });
    };
    const over = (how: string): void => {
      if (!connected) end(false, how);
      else if (expect === undefined) end(true, 'connected');
      else end(false, `connected, but the expected answer did not come: ${how}`);
    };
    const timer = setTimeout(() => {
      over(`no answer within ${String(timeoutMs)} ms`);
    }, timeoutMs);
    socket.on('connect', () => {
      connected = true;
      if (send !== undefined) socket.write(send);
      if (expect === undefined && send === undefined) end(true, 'connected');
    });
    socket.on('data', (chunk) => {
      received += chunk.toString('utf8');
      if (expect !== undefined && received.includes(expect)) end(true, 'the expected answer came');
    });
    socket.on('end', () => {
      over('the other end closed the connection');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      over(error.code ?? error.message);
    });
  });
}
