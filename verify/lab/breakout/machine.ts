import { becomeRootElf, openByHandleElf } from './programs.ts';
import { secretPath, techniques, type TechniqueId } from './techniques.ts';
import type { Grant } from './configurations.ts';
import { ociConfig, ociRootfs } from '../container/oci-config.ts';
import { hostArchitecture } from '../rootfs/architecture.ts';
import { NotHereError } from '../errors.ts';
import type { Subject } from '../subject.ts';

/** A guest that stands for the host of containers: it has a secret, and containers that try to get it. */
export interface BreakoutMachine {
  /** Runs a container, tries every technique in it, and says which brought the secret out. */
  attempt(grant: Grant, options?: AttemptOptions): Promise<Attempt>;
  /** Runs a container whose command is this shell script, to its end, and returns what it printed. */
  run(grant: Grant, script: string): Promise<string>;
}

export interface AttemptOptions {
  /** The container's process first becomes root through a program of its image that is marked setuid. */
  readonly throughSetuid?: boolean;
}

export interface Attempt {
  readonly succeeded: readonly TechniqueId[];
  /** What was printed for each technique, the secret itself left out. */
  readonly said: Readonly<Record<TechniqueId, string>>;
}

/**
 * Makes a guest of the minimal image (root there) a machine to break out to. Nothing of the real host is in reach: the
 * machine, its disk and its secret are the guest's. The guest is of no other use afterwards.
 * @param secret a word that no answer can know beforehand
 */
export async function breakoutMachine(guest: Subject, secret: string): Promise<BreakoutMachine> {
  if (hostArchitecture() !== 'x86-64') {
    throw new NotHereError('The programs that break out of containers are written for x86-64 machines only.');
  }
  await guest.exec(['sh', '-ec', layMachine, 'sh', secret]);
  await lay(guest, 'open-by-handle', openByHandleElf(), '755');
  await lay(guest, 'become-root', becomeRootElf(), '4755');
  await guest.exec(['sh', '-c', `cat > ${ociRootfs}/bin/attempt && chmod 755 ${ociRootfs}/bin/attempt`], {
    stdin: attemptScript,
  });
  const { stdout } = await guest.exec(['sh', '-c', 'stat -c "%d" / | { read n; echo $((n >> 8)) $((n & 255)); }']);
  const [major = '', minor = ''] = stdout.trim().split(' ');
  let count = 0;
  const run = async (grant: Grant, command: readonly string[]): Promise<string> => {
    const name = `c${String((count += 1))}`;
    const { stdout: printed } = await guest.exec(['sh', '-c', runContainer, 'sh', name], {
      stdin: JSON.stringify(ociConfig({ ...grant, name }, command)),
      timeoutMs: 150_000,
    });
    return printed;
  };
  return {
    attempt: async (grant, { throughSetuid = false } = {}) => {
      const inner = ['/bin/sh', '/bin/attempt', major, minor, ociRootfs];
      return readAttempt(await run(grant, throughSetuid ? ['/bin/become-root', ...inner] : inner), secret);
    },
    run: (grant, script) => run(grant, ['/bin/sh', '-c', script]),
  };
}

async function lay(guest: Subject, name: string, program: Uint8Array, mode: string): Promise<void> {
  const path = `${ociRootfs}/bin/${name}`;
  await guest.exec(['sh', '-ec', `base64 -d > ${path} && chmod ${mode} ${path}`], {
    stdin: Buffer.from(program).toString('base64'),
  });
}

const layMachine = `
umask 022
printf '%s' "$1" > ${secretPath}
chmod 600 ${secretPath}
for folder in bin proc sys dev tmp machine out; do mkdir -p ${ociRootfs}/$folder; done
cp /bin/busybox ${ociRootfs}/bin/busybox
for applet in sh base64 cat chmod echo kill mkdir mknod mktemp mount printf rm sed tail timeout umount; do
  ln -sf busybox ${ociRootfs}/bin/$applet
done
chmod 1777 ${ociRootfs}/out ${ociRootfs}/tmp
# A machine with hierarchies of the first version beside the second, as many still are: the second then lacks this one.
mkdir -p /run/groups-v1
mount -t cgroup -o rdma groups /run/groups-v1
grep -q ' /sys/fs/cgroup ' /proc/mounts || mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t securityfs securityfs /sys/kernel/security 2>/dev/null || true
sync
`;

const marker = '==== ';

/** Runs inside. Each technique has a shell and a deadline of its own, so that none can end the others. */
const attemptScript = `
export DISK_NUMBERS="$1 $2" MACHINE_ROOTFS="$3"
${techniques
  .map(({ id, script }) => `echo '${marker}${id}'\ntimeout 30 sh -c '${script.replaceAll("'", `'\\''`)}' 2>&1`)
  .join('\n')}
true
`;

/** Runs on the machine: the container, then what the machine's kernel was made to leave for it. */
const runContainer = `
rm -rf ${ociRootfs}/out/* /root/written
mkdir -p /var/lib/bundles/$1
cat > /var/lib/bundles/$1/config.json
runc run --bundle /var/lib/bundles/$1 $1 </dev/null 2>&1 || echo "runc ended with $?"
echo core > /proc/sys/kernel/core_pattern
for id in core-pattern release-agent; do
  echo "${marker}$id"
  waited=0
  while [ -e ${ociRootfs}/out/helper-$id ] && [ ! -s ${ociRootfs}/out/$id ] && [ $waited -lt 100 ]; do
    sleep 0.1
    waited=$((waited + 1))
  done
  [ ! -e ${ociRootfs}/out/$id ] || cat ${ociRootfs}/out/$id
done
`;

/** Parts what was printed by technique; one that printed the secret has succeeded. */
export function readAttempt(printed: string, secret: string): Attempt {
  const texts = new Map<string, string>();
  // The runtime's own complaints about cleaning up are no answer of the kernel's.
  const ownLog = /time="[^"]*" level=\w+ msg=.*/;
  for (const part of printed.split(marker).slice(1)) {
    const [id = '', ...lines] = part.split('\n');
    texts.set(id, `${texts.get(id) ?? ''}${lines.join('\n').replace(ownLog, '')}`);
  }
  const said = Object.fromEntries(
    techniques.map(({ id }) => [id, (texts.get(id) ?? 'not tried').replaceAll(secret, '(the secret)').trim()]),
  ) as Record<TechniqueId, string>;
  return { succeeded: techniques.map(({ id }) => id).filter((id) => texts.get(id)?.includes(secret) === true), said };
}
