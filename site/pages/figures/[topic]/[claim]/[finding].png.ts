import type { APIRoute } from 'astro';
import { figurePaths, figureSvg, type FigureProps } from '../../../../lib/figure/paths.ts';
import { pngOf } from '../../../../lib/figure/png.ts';

export const getStaticPaths = figurePaths;

export const GET: APIRoute<FigureProps & Record<string, unknown>> = async ({ props, site }) => {
  const png = await pngOf(figureSvg(props, site));
  return new Response(new Uint8Array(png), { headers: { 'content-type': 'image/png' } });
};
