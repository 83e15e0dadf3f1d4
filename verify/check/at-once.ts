import type { Measurement } from '../measure/measurement.ts';
import type { FindingPlan } from './finding.ts';

/**
 * The same plan, its controls begun together with the measurement instead of after it. For observations that mostly wait
 * and of which none touches what another looks at; never for what is timed.
 */
export function atOnce(plan: FindingPlan): FindingPlan {
  const begun = new Map<string, ReturnType<Measurement['run']>>();
  const { measure } = plan;
  return {
    measure: {
      ...measure,
      run: async (context) => {
        for (const [id, control] of Object.entries(plan.controls)) begun.set(id, control.run(context));
        // None goes on unheard after the measurement has failed.
        const controls = Promise.allSettled(begun.values());
        try {
          return await measure.run(context);
        } finally {
          await controls;
        }
      },
    },
    controls: Object.fromEntries(
      Object.entries(plan.controls).map(([id, control]): [string, Measurement] => [
        id,
        { ...control, run: async (context) => begun.get(id) ?? control.run(context) },
      ]),
    ),
  };
}
