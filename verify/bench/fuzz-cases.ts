/** How many made-up inputs each test of bad input tries: 500, or as many as `npm run bench` asks for. */
export const fuzzCases = Number(process.env['BARE_CLAIMS_FUZZ'] ?? 500);

/** Enough for that many: of the order of a millisecond each, on a machine that does other things as well. */
export const fuzzTimeoutMs = 30_000 + fuzzCases * 40;
