import { randomUUID } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, truth, values, type EngineLab, type Measurement } from '#verify';

/** Whose process it is inside, and on which engine. */
interface Condition {
  readonly engine: EngineLab;
  readonly user: '0' | '1000';
  /** Left out of whatever remapping its engine does. */
  readonly unmapped?: true;
}

export default check(async ({ lab, finding }) => {
  const remapped = await lab.privateEngine({ usernsRemap: true });
  const asRoot: Condition = { engine: lab, user: '0' };
  const controls = (observe: (condition: Condition) => Measurement) => ({
    remapped: observe({ engine: remapped, user: '0' }),
    'ordinary-user': observe({ engine: lab, user: '1000' }),
    unmapped: observe({ engine: remapped, user: '0', unmapped: true }),
  });
  const shared = async ({ engine, user, unmapped }: Condition) => {
    const folder = await lab.scratchDirectory({ mode: 0o777 });
    const container = await engine.container({
      image: 'bare',
      user,
      ...(unmapped && { usernsMode: 'host' }),
      binds: [[folder, '/shared']],
      command: ['sleep', '600'],
    });
    return { folder, container };
  };

  const owner = (condition: Condition) =>
    values(async () => {
      const { folder, container } = await shared(condition);
      await container.exec(['sh', '-c', 'echo made-here > /shared/file']);
      return [
        { label: "the host's root", value: 0 },
        { label: 'owner of the file, seen from the host', value: (await stat(join(folder, 'file'))).uid },
      ];
    });
  await finding('owner-of-its-file', { measure: owner(asRoot), controls: controls(owner) });

  const mapped = (condition: Condition) =>
    values(async () => {
      const { container } = await shared(condition);
      // Read on the host: "Uid" gives the ids as this reader's own user namespace has them (proc(5)).
      const { stdout } = await lab.host.exec(['cat', `/proc/${String(container.pid)}/status`]);
      return [
        { label: "the host's root", value: 0 },
        { label: "the container's process, seen from the host", value: Number(/^Uid:\s+(\d+)/m.exec(stdout)?.[1]) },
      ];
    });
  await finding('user-id-map', { measure: mapped(asRoot), controls: controls(mapped) });

  const reads = (condition: Condition) =>
    truth(async () => {
      const { folder, container } = await shared(condition);
      const secret = randomUUID();
      await writeFile(join(folder, 'secret'), secret, { mode: 0o600 });
      const { stdout, stderr } = await container.exec(['cat', '/shared/secret'], { reject: false });
      return { value: stdout.includes(secret), saw: stderr === '' ? 'The file was read.' : stderr.trim() };
    });
  await finding('reads-roots-file', { measure: reads(asRoot), controls: controls(reads) });
});
