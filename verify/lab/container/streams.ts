import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { LabError } from '../errors.ts';

/** The part of docker-modem that its types leave open. */
interface DemuxingModem {
  demuxStream(stream: NodeJS.ReadableStream, stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream): void;
}

/** Gathers both streams of an attached container or exec; the function gives what has come so far. */
export function collect(
  container: Pick<Docker.Container, 'modem'>,
  stream: NodeJS.ReadableStream,
): () => { readonly stdout: string; readonly stderr: string } {
  const gather = (): { readonly sink: PassThrough; readonly text: () => string } => {
    const [sink, chunks] = [new PassThrough(), [] as Buffer[]];
    sink.on('data', (chunk: Buffer) => chunks.push(chunk));
    return { sink, text: () => Buffer.concat(chunks).toString('utf8') };
  };
  const [out, err] = [gather(), gather()];
  (container.modem as DemuxingModem).demuxStream(stream, out.sink, err.sink);
  return () => ({ stdout: out.text(), stderr: err.text() });
}

/** False where the stream is still open after the deadline. Rejects where the engine breaks the connection off. */
export async function endsWithin(stream: NodeJS.ReadableStream, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, timeoutMs);
    const settle = (then: () => void) => (): void => {
      clearTimeout(timer);
      // Data that arrived together with the end is still on its way through the demultiplexer.
      setImmediate(then);
    };
    stream.once(
      'end',
      settle(() => {
        resolve(true);
      }),
    );
    stream.once(
      'close',
      settle(() => {
        resolve(true);
      }),
    );
    stream.once('error', (cause: Error) => {
      clearTimeout(timer);
      reject(new LabError(`The engine broke off the connection to a container: ${cause.message}`, { cause }));
    });
  });
}
