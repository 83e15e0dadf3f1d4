import Docker from 'dockerode';
import type { Engine } from './types.ts';
import { hostSubject } from '../host/subject.ts';
import { answerInTime } from './answer-in-time.ts';
import { LabError } from '../errors.ts';
import { watched } from '../meter.ts';

export interface EngineEndpoint {
  readonly runId: string;
  /** Path of a unix socket, or a URL (`unix://`, `tcp://`, `http://`, `https://`). */
  readonly socketPath: string;
  readonly private: boolean;
  readonly netns: string | null;
}

/** An engine that is known to answer: what a check's process makes of the one that its run found or started. */
export function attachEngine({ runId, socketPath, private: isPrivate, netns }: EngineEndpoint): Engine {
  const host = hostSubject({ runId, netns, label: netns === null ? 'host' : "host (engine's network)" });
  return {
    docker: dockerClient(socketPath, answerMs()),
    socketPath,
    private: isPrivate,
    netns,
    runId,
    hostNetworkExec: (command, options) => watched(host.exec(command, options)),
  };
}

/** How long an engine may take to answer one request: 60 s, or as many as `BARE_CLAIMS_ENGINE_SECONDS` says. */
function answerMs(): number {
  const chosen = Number(process.env['BARE_CLAIMS_ENGINE_SECONDS'] ?? '');
  return (chosen > 0 ? chosen : 60) * 1000;
}

/**
 * A client that does not wait for ever.
 * @throws LabError for an address that cannot be used, naming it.
 */
export function dockerClient(address: string, timeoutMs: number): Docker {
  const docker = clientOf(address);
  answerInTime(docker, timeoutMs);
  return docker;
}

function clientOf(address: string): Docker {
  if (address.startsWith('/')) return new Docker({ socketPath: address });
  const url = URL.parse(address);
  switch (url?.protocol) {
    case 'unix:':
      return new Docker({ socketPath: url.pathname });
    case 'npipe:':
      return new Docker({ socketPath: address.replace('npipe://', '') });
    case 'tcp:':
    case 'http:':
    case 'https:': {
      // As the engine's own client: DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, which dockerode reads, add certificates.
      const secure = url.protocol === 'https:' || (process.env['DOCKER_TLS_VERIFY'] ?? '') !== '';
      const port = url.port === '' ? (secure ? 2376 : 2375) : Number(url.port);
      return new Docker({ host: url.hostname, port, protocol: secure ? 'https' : 'http' });
    }
    default:
      throw new LabError(
        `Cannot reach a container engine at "${address}": only unix:// and tcp:// addresses are supported. ` +
          'For an engine behind ssh, forward its socket (ssh -L) and set DOCKER_HOST to the forwarded one.',
      );
  }
}
