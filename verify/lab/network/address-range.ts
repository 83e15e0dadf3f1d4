/** An IPv4 network: first address as a number, and the length of its prefix. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** @throws RangeError for what is not "a.b.c.d/n" or "a.b.c.d". */
export function parseRange(text: string): Range {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text);
  const [octets, prefix] = [match?.slice(1, 5).map(Number) ?? [], Number(match?.[5] ?? 32)];
  if (octets.length !== 4 || octets.some((octet) => octet > 255) || prefix > 32) {
    throw new RangeError(`Not an IPv4 range: "${text}"; expected for example 10.1.2.0/24.`);
  }
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

/**
 * The second octet of a free 10.x.0.0/16 in which an engine may lay its bridges, so that its addresses are none that
 * the machine already routes. Starts high: low ones are what people and other tools take first.
 */
export function freeSecondOctet(used: readonly string[]): number {
  const ranges = used.map(parseRange);
  for (let octet = 213; octet >= 1; octet -= 1) {
    const { first, last } = parseRange(`10.${String(octet)}.0.0/16`);
    if (ranges.every((range) => range.last < first || range.first > last)) return octet;
  }
  throw new RangeError('Every 10.x.0.0/16 is routed on this machine already; no range is free for a private engine.');
}

/** Destinations in the output of `ip -json route`: all but the default route. */
export function routedRanges(ipJsonRoute: string): string[] {
  const routes = JSON.parse(ipJsonRoute === '' ? '[]' : ipJsonRoute) as readonly { dst?: string }[];
  return routes.map(({ dst }) => dst ?? '').filter((dst) => /^\d+\.\d+\.\d+\.\d+/.test(dst));
}
