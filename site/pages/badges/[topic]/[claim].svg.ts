import type { APIRoute } from 'astro';
import { claimPaths } from '../../../lib/claims/paths.ts';
import { claimBadge } from '../../../lib/claims/claim-badge.ts';
import type { SiteClaim } from '../../../lib/claims/catalogue.ts';
import { badgeSvg } from '../../../lib/machine/badge.ts';

export const getStaticPaths = claimPaths;

export const GET: APIRoute<{ claim: SiteClaim }> = ({ props }) =>
  new Response(badgeSvg(claimBadge(props.claim)), { headers: { 'content-type': 'image/svg+xml' } });
