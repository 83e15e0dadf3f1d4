import { allClaims } from './catalogue.ts';

/** One path for each claim, for routes that have a `[topic]` and a `[claim]`. */
export async function claimPaths() {
  const claims = await allClaims();
  return claims.map((claim) => ({ params: { topic: claim.topic, claim: claim.slug }, props: { claim } }));
}

/** One path for each topic, with its claims. */
export async function topicPaths() {
  const claims = await allClaims();
  return [...new Set(claims.map(({ topic }) => topic))].map((topic) => ({
    params: { topic },
    props: { topic, claims: claims.filter((claim) => claim.topic === topic) },
  }));
}
