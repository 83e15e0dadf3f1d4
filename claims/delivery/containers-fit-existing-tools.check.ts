import { check, hostTool, truth, values, type Container } from '#verify';

const light = { image: 'bare', network: 'none', init: false } as const;

export default check(async ({ lab, finding }) => {
  const sameAs = (label: string, wanted: string, got: () => Promise<string>) =>
    values(async () => [
      { label: 'expected', value: wanted },
      { label, value: await got() },
    ]);

  const ended = (code: number) => async (): Promise<string> =>
    String((await lab.complete({ ...light, command: ['sh', '-c', `exit ${String(code)}`] })).exitCode);
  const code = 40 + Math.floor(parseInt(lab.token().slice(0, 4), 16) % 50);
  await finding('exit-code', {
    measure: sameAs('arrived', String(code), ended(code)),
    controls: { 'wrong-code': sameAs('arrived', String(code), ended(code + 1)) },
  });

  const signalled = (signal: string) =>
    truth(async () => {
      const script = "trap 'echo heard; exit 0' USR1; trap : USR2; echo waiting; while :; do sleep 0.1; done";
      await using box = await lab.container({ ...light, command: ['sh', '-c', script] });
      await box.waitForOutput('waiting');
      await lab.host.exec(['kill', `-${signal}`, String(box.pid)]);
      const heard = await box.waitForOutput('heard', 3_000).then(
        () => true,
        () => false,
      );
      return { value: heard, saw: heard ? 'The program heard it.' : 'The program did not hear it within 3 s.' };
    });
  await finding('signal', { measure: signalled('USR1'), controls: { 'another-signal': signalled('USR2') } });

  const word = lab.token();
  await using box = await lab.container({
    ...light,
    hostname: `box-${word}`,
    env: { GIVEN: word },
    command: ['sh', '-c', `echo ${word}; echo ${word} >/file; exec sleep 600`],
  });
  await box.waitForOutput(word);
  const inside = async (...command: readonly string[]): Promise<string> => (await box.exec(command)).stdout.trim();

  const text = Array.from({ length: 500 }, (_, line) => `${word} ${String(line)}`).join('\n');
  const digestOf = async (stdin: string): Promise<string> => {
    const { stdout } = await lab.host.exec(['sha256sum'], { stdin });
    return stdout.slice(0, 16);
  };
  const through = (command: readonly string[]) => async (): Promise<string> =>
    digestOf((await box.exec(command, { stdin: text })).stdout);
  const textDigest = await digestOf(text);
  await finding('pipe', {
    measure: sameAs('after the pipe', textDigest, through(['cat'])),
    controls: { 'one-letter': sameAs('after the pipe', textDigest, through(['sed', '7s/ /_/'])) },
  });

  const variable = (name: string) => () => inside('sh', '-c', `echo "$${name}"`);
  await finding('environment', {
    measure: sameAs('in the container', word, variable('GIVEN')),
    controls: { 'not-given': sameAs('in the container', word, variable('NOT_GIVEN')) },
  });

  const logOf = (script: string) => async (): Promise<string> => {
    await using other = await lab.container({ ...light, command: ['sh', '-c', script] });
    await other.wait();
    return (await other.logs()).stdout.trim();
  };
  await finding('logs', {
    measure: sameAs('in the log', word, logOf(`echo ${word}`)),
    controls: { 'into-a-file': sameAs('in the log', word, logOf(`echo ${word} > /file`)) },
  });

  const nsenter = ['nsenter', '--target', String(box.pid), '--uts', '--'];
  const nameBy = (way: readonly string[]) => async (): Promise<string> => {
    // The host's own name is nobody's business: only whether it is the same goes into the record.
    const { stdout } = await lab.host.exec([...way, 'uname', '-n']);
    return stdout.trim() === `box-${word}` ? `box-${word}` : 'another name';
  };
  await finding('nsenter', {
    measure: sameAs('by nsenter', `box-${word}`, nameBy(nsenter)),
    controls: { 'not-entered': sameAs('without it', `box-${word}`, nameBy([])) },
  });

  const [ps, curl] = [await hostTool('ps', 'procps'), await hostTool('curl', 'curl')];
  const marked = (mark: string): Promise<Container> =>
    lab.container({ ...light, command: ['sh', '-c', `echo ${mark}; while :; do sleep 1; done`] });
  const running = lab.token();
  const gone = lab.token();
  const [runningBox, goneBox] = [await marked(running), await marked(gone)];
  await goneBox.stop({ timeoutSeconds: 0 });
  const listed = (mark: string) =>
    truth(async () => {
      const { stdout } = await lab.host.exec([ps, '-e', '-ww', '-o', 'args']);
      const value = stdout.includes(mark);
      return { value, saw: `The program is ${value ? '' : 'not '}in the list.` };
    });
  await finding('process-list', { measure: listed(running), controls: { ended: listed(gone) } });

  const asked = (id: string) =>
    truth(async () => {
      const { stdout } = await lab.host.exec([
        ...[curl, '--silent', '--unix-socket', lab.engine().socketPath],
        'http://localhost/containers/json',
      ]);
      const value = stdout.includes(id);
      return { value, saw: `The container is ${value ? '' : 'not '}in the answer.` };
    });
  await finding('plain-http', { measure: asked(runningBox.id), controls: { ended: asked(goneBox.id) } });
});
