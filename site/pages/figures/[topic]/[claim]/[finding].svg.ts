import type { APIRoute } from 'astro';
import { figurePaths, figureSvg, type FigureProps } from '../../../../lib/figure/paths.ts';

export const getStaticPaths = figurePaths;

export const GET: APIRoute<FigureProps & Record<string, unknown>> = ({ props, site }) =>
  new Response(figureSvg(props, site), { headers: { 'content-type': 'image/svg+xml' } });
