import type { APIRoute } from 'astro';
import type { SiteClaim } from '../../../lib/claims/catalogue.ts';
import { claimBadge } from '../../../lib/claims/claim-badge.ts';
import { claimPaths } from '../../../lib/claims/paths.ts';

export const getStaticPaths = claimPaths;

export const GET: APIRoute<{ claim: SiteClaim }> = ({ props }) => Response.json(claimBadge(props.claim));
