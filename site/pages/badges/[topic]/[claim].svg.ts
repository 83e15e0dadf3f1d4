import { claimPaths } from '../../../lib/claims/paths.ts';
import { claimBadge } from '../../../lib/claims/claim-badge.ts';
import { badgeSvg } from '../../../lib/machine/badge.ts';
import { fileRoute } from '../../../lib/machine/file-route.ts';

export const { getStaticPaths, GET } = fileRoute({
  type: 'image/svg+xml',
  paths: claimPaths,
  body: ({ claim }) => badgeSvg(claimBadge(claim)),
});
