import { figurePaths, figureSvg } from '../../../../lib/figure/paths.ts';
import { fileRoute } from '../../../../lib/machine/file-route.ts';

export const { getStaticPaths, GET } = fileRoute({ type: 'image/svg+xml', paths: figurePaths, body: figureSvg });
