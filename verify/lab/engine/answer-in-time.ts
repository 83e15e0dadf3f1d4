import type Docker from 'dockerode';
import { LabError } from '../errors.ts';

/** As much of a request of docker-modem as matters here. */
interface Request {
  readonly path: string;
  readonly method: string;
  readonly isStream?: boolean;
  readonly hijack?: boolean;
  readonly openStdin?: boolean;
  readonly file?: unknown;
}
type Answer = (error: unknown, data?: unknown) => void;
interface Modem {
  dial(request: Request & { readonly abortSignal?: AbortSignal }, answer: Answer): void;
  /** Its last argument is told what came. */
  buildPayload(...parts: unknown[]): void;
}

/**
 * Bounds how long the client waits for the answer to a question. docker-modem by itself waits for ever for an engine
 * that takes a request and falls silent, and also for one that breaks off in the middle of its answer.
 */
export function answerInTime(docker: Docker, timeoutMs: number): void {
  const modem = docker.modem as unknown as Modem;
  const dial = modem.dial.bind(modem);
  const buildPayload = modem.buildPayload.bind(modem);
  modem.buildPayload = (...parts) => {
    try {
      buildPayload(...parts);
    } catch (cause) {
      // It makes a text of whatever an engine sends as an error, and not everything can be made one.
      (parts.at(-1) as Answer)(new LabError('The container engine sent an error that cannot be read.', { cause }));
    }
  };
  modem.dial = (request, then) => {
    const answer: Answer = (error, data) => {
      then(readable(error), data);
    };
    if (takesItsTime(request)) {
      dial(request, answer);
      return;
    }
    const calledOff = new AbortController();
    let settled = false;
    const settle: Answer = (error, data) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      answer(error, data);
    };
    const timer = setTimeout(() => {
      const asked = `${request.method} ${request.path.split('?')[0] ?? ''}`;
      settle(new LabError(`The container engine did not answer within ${String(timeoutMs / 1000)} s: ${asked}.`));
      calledOff.abort();
    }, timeoutMs);
    dial({ abortSignal: calledOff.signal, ...request }, settle);
  };
}

/** Streams, uploads, and waiting for a container's end: whoever asks for these has a time limit of his own. */
function takesItsTime({ path, isStream, hijack, openStdin, file }: Request): boolean {
  return isStream === true || hijack === true || openStdin === true || file !== undefined || /\/wait(\?|$)/.test(path);
}

/** docker-modem pastes what the engine sent into its message, text or not. */
function readable(error: unknown): unknown {
  if (error instanceof Error && 'json' in error) {
    const [code = '', said = ''] = error.message.split(' - ');
    if (said.includes('[object ')) error.message = `${code} - ${JSON.stringify(error.json).slice(0, 300)}`;
  }
  return error;
}
