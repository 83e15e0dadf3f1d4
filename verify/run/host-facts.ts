import { execa } from 'execa';
import { engineFacts } from '../lab/engine/facts.ts';
import type { Engine } from '../lab/engine/types.ts';
import { qemuCommand } from '../lab/guest/start.ts';
import type { AcceleratorProbe } from '../lab/guest/types.ts';
import { machineFacts } from '../lab/host/facts.ts';
import type { HostFacts } from '../record/record.ts';

/** The host as a record keeps it. */
export async function hostFacts(engine: Engine | null, probe: AcceleratorProbe): Promise<HostFacts> {
  const machine = await machineFacts();
  return {
    ...machine,
    lsms: [...machine.lsms],
    engine: engine === null ? null : await engineFacts(engine),
    qemu: await qemuVersion(),
    accelerator: { kind: probe.kind, because: probe.because.slice(0, 2000) },
  };
}

async function qemuVersion(): Promise<string | null> {
  const command = await qemuCommand().catch(() => null);
  if (command === null) return null;
  const { stdout } = await execa(command, ['--version'], { reject: false });
  return /version (\S+)/.exec(stdout)?.[1] ?? null;
}
