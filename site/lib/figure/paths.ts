import { allClaims, type SiteClaim } from '../claims/catalogue.ts';
import { findingFigure } from './finding-figure.ts';
import { figureOf, picturedFindings } from './of-finding.ts';

type Pictured = Awaited<ReturnType<typeof picturedFindings>>[number];

/** One path for each finding that has a picture. */
export async function figurePaths() {
  const paths = await Promise.all(
    (await allClaims()).map(async (claim) =>
      (await picturedFindings(claim)).map((pictured) => ({
        params: { topic: claim.topic, claim: claim.slug, finding: pictured.id },
        props: { claim, pictured },
      })),
    ),
  );
  return paths.flat();
}

export interface FigureProps {
  readonly claim: SiteClaim;
  readonly pictured: Pictured;
}

export function figureSvg({ claim, pictured: { finding, current } }: FigureProps, site: URL | undefined): string {
  const figure = figureOf(claim, finding, current, site);
  if (figure === undefined) throw new Error(`The finding ${finding.id} of ${claim.id} has no samples to draw.`);
  return findingFigure(figure);
}
