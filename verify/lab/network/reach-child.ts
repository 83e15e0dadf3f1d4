import { reach, type ReachRequest } from './connect.ts';

// Runs inside another network namespace (see reach.ts): the request is the argument, the answer goes to stdout.
const request = JSON.parse(process.argv[2] ?? '{}') as ReachRequest;
process.stdout.write(JSON.stringify(await reach(request)));
