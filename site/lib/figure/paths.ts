import { allClaims, type SiteClaim } from '../claims/catalogue.ts';
import { findingFigure } from './finding-figure.ts';
import { figureOf, picturedFindings } from './of-finding.ts';

type Pictured = Awaited<ReturnType<typeof picturedFindings>>[number];

let paths: ReturnType<typeof loadPaths> | undefined;

/** One path for each finding that has a picture. */
export function figurePaths() {
  paths ??= loadPaths();
  return paths;
}

async function loadPaths() {
  const all = await Promise.all(
    (await allClaims()).map(async (claim) =>
      (await picturedFindings(claim)).map((pictured) => ({
        params: { topic: claim.topic, claim: claim.slug, finding: pictured.id },
        props: { claim, pictured },
      })),
    ),
  );
  return all.flat();
}

export interface FigureProps {
  readonly claim: SiteClaim;
  readonly pictured: Pictured;
}

/** A figure is a file of its own, and is drawn as PNG after. */
const drawn = new WeakMap<FigureProps, string>();

export function figureSvg(props: FigureProps, site: URL | undefined): string {
  const known = drawn.get(props);
  if (known !== undefined) return known;
  const {
    claim,
    pictured: { finding, current },
  } = props;
  const figure = figureOf(claim, finding, current, site);
  if (figure === undefined) throw new Error(`The finding ${finding.id} of ${claim.id} has no samples to draw.`);
  const svg = findingFigure(figure);
  drawn.set(props, svg);
  return svg;
}
