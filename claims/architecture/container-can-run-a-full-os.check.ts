import { check, truth, type Container, type LabContainerOptions } from '#verify';

/** What systemd's documentation of its container interface asks for beyond an engine's defaults. */
const granted = {
  tmpfs: { '/run': 'mode=755', '/run/lock': '', '/tmp': 'mode=1777' },
  // An init makes a control group for each service, below the one that it was started in.
  binds: [['/sys/fs/cgroup', '/sys/fs/cgroup', 'rw']],
  cgroupnsMode: 'host',
  env: { container: 'docker' },
  stopSignal: 'SIGRTMIN+3',
} as const;

export default check(async ({ lab, finding, exhibit }) => {
  const booted = async (options: LabContainerOptions): Promise<Container> => {
    const container = await lab.container({
      image: 'full',
      init: false,
      command: ['/lib/systemd/systemd'],
      ...options,
    });
    // Until it can be asked: its socket is there, or it will never be.
    const wait = 'i=0; until [ -S /run/systemd/private ] || [ $i -ge 30 ]; do i=$((i+1)); sleep 0.1; done';
    try {
      await container.exec(['sh', '-c', wait], { reject: false });
    } catch (error) {
      // Where its first process has ended there is nothing to wait for.
      if (await alive(container)) throw error;
    }
    return container;
  };
  const alive = async (container: Container): Promise<boolean> => (await container.docker.inspect()).State.Running;
  const ended = async (container: Container) => {
    const { stdout, stderr } = await container.logs();
    return { value: false, saw: `Its first process has ended. ${(stdout + stderr).trim().slice(-300)}` };
  };
  const systemd = await booted({ ...granted, label: 'container, systemd' });
  const without = await booted({ label: 'container, systemd, nothing granted' });
  const ordinary = await lab.container({ image: 'full', command: ['sleep', '600'] });

  const reached = (container: Container) =>
    truth(async () => {
      if (!(await alive(container))) return await ended(container);
      const ask = async (...words: readonly string[]): Promise<string> => {
        const { stdout, stderr } = await container.exec(['systemctl', ...words], { reject: false, timeoutMs: 60_000 });
        return stdout.trim() || stderr.trim();
      };
      const [state, target] = [await ask('is-system-running', '--wait'), await ask('is-active', 'multi-user.target')];
      const failed = await ask('--failed', '--plain', '--no-legend');
      return {
        value: state === 'running' && target === 'active',
        saw: `System: ${state}; multi-user target: ${target}. ${failed}`,
      };
    });
  await finding('multi-user', { measure: reached(systemd), controls: { 'nothing-granted': reached(without) } });

  const isInit = (container: Container) =>
    truth(async () => {
      if (!(await alive(container))) return await ended(container);
      const name = (await container.exec(['cat', '/proc/1/comm'])).stdout.trim();
      const { stdout } = await container.exec(['sh', '-c', 'cat /proc/[0-9]*/comm 2>/dev/null | sort -u']);
      return {
        value: name === 'systemd',
        saw: `Process 1 is ${name}; running: ${stdout.trim().split('\n').join(', ')}.`,
      };
    });
  await finding('init', { measure: isInit(systemd), controls: { ordinary: isInit(ordinary) } });

  const serves = (container: Container) =>
    truth(async () => {
      if (!(await alive(container))) return await ended(container);
      const word = lab.token();
      await container.exec(['sh', '-c', `echo ${word} > /var/www/html/word.html`]);
      const script = "exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET /word.html HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
      const { stdout, stderr } = await container.exec(['bash', '-c', script], { reject: false, timeoutMs: 10_000 });
      const answered = stdout.includes(word);
      return {
        value: answered,
        saw: answered ? 'The web server answered with the word of this run.' : (stdout + stderr).trim().slice(0, 300),
      };
    });
  await finding('service', { measure: serves(systemd), controls: { ordinary: serves(ordinary) } });

  await exhibit({
    id: 'granted',
    title: 'What was granted beyond the defaults',
    columns: ['What', 'Value'],
    rows: [
      ...Object.entries(granted.tmpfs).map(([path, options]) => ['file system in memory', `${path} ${options}`.trim()]),
      ['control groups', 'mounted so that it may write to them'],
      ['environment', 'container=docker'],
      ['signal that ends it', granted.stopSignal],
    ],
  });
});
