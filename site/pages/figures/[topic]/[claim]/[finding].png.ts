import { figurePaths, figureSvg } from '../../../../lib/figure/paths.ts';
import { pngOf } from '../../../../lib/figure/png.ts';
import { fileRoute } from '../../../../lib/machine/file-route.ts';

export const { getStaticPaths, GET } = fileRoute({
  type: 'image/png',
  paths: figurePaths,
  body: (pictured, site) => pngOf(figureSvg(pictured, site)),
});
