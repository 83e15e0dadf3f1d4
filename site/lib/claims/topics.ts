/** Topics by their folder's name; one that is missing here is shown under that name. */
const names: Readonly<Record<string, string>> = {
  startup: 'Start-up',
  performance: 'Performance',
  storage: 'Storage',
  network: 'Network',
  resources: 'Resources',
  architecture: 'Architecture',
  isolation: 'Isolation',
  security: 'Security',
  portability: 'Portability',
  delivery: 'Delivery',
  operations: 'Operations',
  'use-cases': 'Use cases',
  history: 'History',
};

export const topicName = (topic: string): string => names[topic] ?? topic;
