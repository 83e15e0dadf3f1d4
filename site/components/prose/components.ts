import Chart from './Chart.astro';
import Exhibit from './Exhibit.astro';
import Finding from './Finding.astro';
import Findings from './Findings.astro';
import Literature from './Literature.astro';
import Reproduce from './Reproduce.astro';
import Result from './Result.astro';

/** What a claim's prose may use; it imports nothing itself. */
export const proseComponents = { Chart, Exhibit, Finding, Findings, Literature, Reproduce, Result };
