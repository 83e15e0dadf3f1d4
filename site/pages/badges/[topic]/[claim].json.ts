import { claimBadge } from '../../../lib/claims/claim-badge.ts';
import { claimPaths } from '../../../lib/claims/paths.ts';
import { fileRoute } from '../../../lib/machine/file-route.ts';

export const { getStaticPaths, GET } = fileRoute({
  type: 'application/json',
  paths: claimPaths,
  body: ({ claim }) => JSON.stringify(claimBadge(claim)),
});
