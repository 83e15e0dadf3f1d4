import { allClaims } from './catalogue.ts';

/** One path for each claim, for routes that have a `[topic]` and a `[claim]`. */
export async function claimPaths() {
  const claims = await allClaims();
  return claims.map((claim) => ({ params: { topic: claim.topic, claim: claim.slug }, props: { claim } }));
}
