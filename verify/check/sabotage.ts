import type { FindingSpec } from '../claim/claim.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Lie } from '../record/sabotage-table.ts';
import type { Evidence } from '../verdict/evidence.ts';

interface Measured {
  readonly subject: Measurement;
  readonly controls: Readonly<Record<string, Measurement>>;
}

/**
 * What a lying lab measures instead. The idle workload is not handled here: it lies one layer down, in what subjects
 * execute (see idle-lab.ts).
 */
export function lieAbout(honest: Measured, spec: FindingSpec, lie: Lie | null): Measured {
  switch (lie) {
    case null:
    case 'idle-workload':
      return honest;
    case 'control-as-subject': {
      const opposing = Object.entries(spec.controls).find(([, control]) => control.must !== spec.expect);
      const replacement = opposing === undefined ? undefined : honest.controls[opposing[0]];
      return replacement === undefined ? honest : { ...honest, subject: replacement };
    }
    case 'stale-instrument':
      return stale(honest);
  }
}

/** An instrument that gives its first answer again, whatever it is pointed at. */
function stale({ subject, controls }: Measured): Measured {
  let first: Promise<Evidence> | undefined;
  const repeat = (measurement: Measurement): Measurement => ({
    ...measurement,
    run: (context) => (first ??= measurement.run(context)),
  });
  return {
    subject: repeat(subject),
    controls: Object.fromEntries(Object.entries(controls).map(([id, control]) => [id, repeat(control)])),
  };
}
