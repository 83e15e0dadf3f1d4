import { atOnce, check, crashBundle, once, startBundle, truth, type EngineLab, type RunningGuest } from '#verify';

/** Prints the names of a process and of all above it, the first one of the machine left out. */
const ancestry =
  'while [ "$p" -gt 1 ]; do cat "/proc/$p/comm"; p=$(sed "s/.*) //" "/proc/$p/stat" | cut -d" " -f2); done';

export default check(async ({ lab, finding, supporting }) => {
  const container = await lab.container({ image: 'bare', init: false, command: ['sleep', '600'] });

  const watchedOver = (list: () => Promise<string>) =>
    truth(async () => {
      const names = (await list()).trim().split('\n');
      // The kernel keeps 15 characters of a name.
      const shim = names.find((name) => /^(containerd-shim|conmon)/.test(name));
      return { value: shim !== undefined, saw: `The process and the two above it: ${names.slice(0, 3).join(', ')}.` };
    });
  await finding('shim', {
    measure: watchedOver(async () => {
      const { stdout } = await lab.host.exec(['sh', '-c', `p=$0; ${ancestry}`, String(container.pid)]);
      return stdout;
    }),
    controls: {
      'hand-made': watchedOver(async () => {
        const script = `
          unshare --fork --kill-child --pid --mount --uts --ipc sleep 60 </dev/null >/dev/null 2>&1 & parent=$!
          until p=$(cat "/proc/$parent/task/$parent/children") && [ -n "$p" ]; do sleep 0.05; done
          p=\${p%% *}; ${ancestry}; kill -KILL "$parent"`;
        return (await lab.host.exec(['sh', '-c', script], { timeoutMs: 10_000 })).stdout;
      }),
    },
  });

  /** The container's process lives on while its engine's daemon is ended and started again, and is still managed. */
  const outlives = (extra: readonly string[]) =>
    truth(async () => {
      const own = await lab.privateEngine({ extra });
      const { pid, docker } = await longLived(own);
      await own.daemon.restart();
      const { exitCode } = await lab.host.exec(['kill', '-0', String(pid)], { reject: false });
      const { State } = await docker.inspect();
      const same = State.Running && State.Pid === pid;
      return {
        value: exitCode === 0 && same,
        saw: `The process ${exitCode === 0 ? 'lives on' : 'is gone'}; the new daemon calls the container ${State.Status}.`,
      };
    });
  const name = `c${lab.token()}`;
  const withContainer = once(async () => {
    const machine = await lab.restoredGuest();
    await startBundle(machine, { name, command: ['sleep', '600'] });
    return machine;
  });
  // While daemons are waited for; who needs it is told what went wrong.
  withContainer().catch(() => undefined);
  await finding(
    'outlives-daemon',
    atOnce({ measure: outlives(['--live-restore']), controls: { 'not-asked': outlives([]) } }),
  );

  const guest = await withContainer();
  const runs = (machine: RunningGuest) =>
    truth(async () => {
      const { stdout } = await machine.exec(['runc', 'state', name]);
      const { status, pid } = JSON.parse(stdout) as { readonly status: string; readonly pid: number };
      const namespaces = (
        await machine.exec(['sh', '-c', `for p in self ${String(pid)}; do readlink /proc/$p/ns/pid; done`])
      ).stdout;
      const own = new Set(namespaces.trim().split('\n')).size === 2;
      const engines = (await machine.exec(['sh', '-c', 'cat /proc/[0-9]*/comm | grep -E "dockerd|containerd" | wc -l']))
        .stdout;
      return {
        value: status === 'running' && own && Number(engines) === 0,
        saw: `The runtime calls it ${status}; process namespace ${own ? 'of its own' : 'not of its own'}; processes of an engine: ${engines.trim()}.`,
      };
    });
  await finding('runtime-alone', {
    measure: runs(guest),
    controls: {
      'after-its-end': truth(async () => {
        await crashBundle(guest, name);
        // The runtime learns of the end by looking.
        await guest.exec([
          'sh',
          '-c',
          `i=0; until runc state ${name} | grep -q stopped || [ $i -ge 20 ]; do i=$((i+1)); sleep 0.1; done`,
        ]);
        const { stdout } = await guest.exec(['runc', 'state', name]);
        const { status } = JSON.parse(stdout) as { readonly status: string };
        return { value: status === 'running', saw: `The runtime calls it ${status}.` };
      }),
    },
  });

  await supporting('names-its-runtime', {
    measure: truth(async () => {
      const { docker } = lab.engine();
      const info = (await docker.info()) as { readonly DefaultRuntime?: string; readonly ServerVersion?: string };
      const { HostConfig } = await container.inspect();
      const used = HostConfig.Runtime ?? 'unnamed';
      return {
        value: used !== 'unnamed',
        saw: `Engine ${info.ServerVersion ?? 'unknown'}; its default runtime is ${info.DefaultRuntime ?? 'unnamed'}, the container's ${used}.`,
      };
    }),
  });
});

/** Heeds being told to end, as a service does: a daemon that ends its containers would wait long for one that does not. */
const longLived = (on: EngineLab) =>
  on.container({ image: 'bare', init: false, command: ['sh', '-c', 'trap "exit 0" TERM; sleep 600 & wait'] });
