/** A page of tables that checks left in the records. */
export interface TablesPage {
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly lead: string;
  /** Whose tables stand on it, all of each claim's, in this order. */
  readonly claims: readonly string[];
}

/** Pages in words only: what a table says comes from the current run of its claim, and from nowhere else. */
export const tablesPages: readonly TablesPage[] = [
  {
    slug: 'breakout-matrix',
    title: 'Breakout matrix',
    description: 'Which documented way out of a container works in which configuration, and for whom.',
    lead: 'Documented ways out of a container, each tried in a machine of its own that is thrown away. “Yes” means that the way led out. Nothing here is a new way, and a table of ways that failed is no proof that none is left.',
    claims: [
      'security/risk-depends-on-what-runs-inside',
      'security/non-root-blocks-breakouts',
      'security/breakout-needs-root-in-the-container',
      'security/lsm-adds-protection',
    ],
  },
  {
    slug: 'probes',
    title: 'Probe table',
    description: 'The same probes on the host, in a container and in a guest: what each of them shares with the host.',
    lead: 'One set of probes, run unchanged in each place. It shows where a container and a virtual machine are alike, where they are not, and what a single flag opens.',
    claims: [
      'architecture/both-isolate-and-little-else-is-alike',
      'isolation/container-isolation-can-be-relaxed',
      'architecture/containers-are-namespaces-and-cgroups',
    ],
  },
  {
    slug: 'isolation-ladder',
    title: 'Isolation ladder',
    description: 'What isolation costs, rung by rung, from a plain process to a full guest.',
    lead: 'From a plain process to a virtual machine with a whole operating system inside: what each further rung of isolation takes.',
    claims: ['architecture/isolation-costs-more-further-from-the-process'],
  },
  {
    slug: 'hardening-ladder',
    title: 'Hardening ladder',
    description: 'What each step of hardening a container closes, and what it costs.',
    lead: 'Hardening one step after the other: which ways out are left after each, what is lost without one of them, and what a step costs.',
    claims: [
      'security/hardening-root-takes-few-steps',
      'security/extra-hardening-is-worth-it',
      'security/default-hardening-mitigates-attacks',
    ],
  },
];
