import { execa } from 'execa';
import { NotHereError } from '../lab/errors.ts';
import { findCommand } from '../lab/rootfs/host-binary.ts';

/**
 * Kubernetes is tried on no cluster but one that the suite made, and it cannot make one: a cluster's control plane is in
 * none of the packages that the lab is built from.
 * @throws NotHereError always, with the reason that holds on this machine
 */
export async function kubernetesCluster(): Promise<never> {
  const kubectl = await findCommand('kubectl');
  if (kubectl === null) throw new NotHereError('There is no Kubernetes here: no cluster, and no kubectl to ask one.');
  const { exitCode } = await execa(kubectl, ['--request-timeout=3s', 'get', '--raw', '/readyz'], {
    reject: false,
    timeout: 10_000,
  });
  throw new NotHereError(
    exitCode === 0
      ? 'The Kubernetes cluster that kubectl reaches is somebody’s, and no experiment here changes such a one.'
      : 'kubectl reaches no Kubernetes cluster from here.',
  );
}
