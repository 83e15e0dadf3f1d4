import { readFile } from 'node:fs/promises';
import type { Container, ContainerOptions } from '../lab/container/types.ts';
import type { ImageFiles } from '../lab/engine/tar.ts';
import type { Image } from '../lab/engine/types.ts';
import { hostTool } from '../lab/host/tool.ts';
import { prepared } from '../lab/meter.ts';
import { librariesOf } from '../lab/rootfs/host-binary.ts';

/** A service behind the balancer. */
interface Route {
  readonly name: string;
  /** Its requests are those whose path begins so; default `/<name>`. */
  readonly path?: string;
  /** Addresses at which its instances listen, on port 80. */
  readonly servers: readonly string[];
  /** With so many requests of the service under way, further ones are refused at once (503) and do not wait. */
  readonly spillAt?: number;
}

export interface BalancerPlan {
  /** So many requests are handled at once, of all services together; what comes beyond waits in one queue. */
  readonly atOnce: number;
  readonly routes: readonly Route[];
}

/** A load balancer (HAProxy) in a container, on port 80. */
export interface Balancer {
  readonly container: Container;
  readonly address: string;
  /** Goes over to another plan without refusing a request; resolved when nothing goes by the old one any more. */
  follow(plan: BalancerPlan): Promise<void>;
}

/** What the balancer is made with: the lab of an engine. */
export interface BalancerMaker {
  builtImage(options: { name: string; from: 'bare'; files: ImageFiles }): Promise<Image>;
  container(options: Omit<ContainerOptions, 'image'> & { readonly image: Image }): Promise<Container>;
}

const configPath = '/run/haproxy.cfg';

/** @throws NotHereError where HAProxy is not installed */
export function startBalancer(lab: BalancerMaker, plan: BalancerPlan): Promise<Balancer> {
  return prepared(started(lab, plan));
}

async function started(lab: BalancerMaker, plan: BalancerPlan): Promise<Balancer> {
  const program = await hostTool('haproxy', 'haproxy');
  const files: Record<string, Uint8Array> = { '/usr/sbin/haproxy': await readFile(program) };
  for (const library of await librariesOf(program)) files[library] = await readFile(library);
  const image = await lab.builtImage({ name: 'balancer', from: 'bare', files });
  const container = await lab.container({
    image,
    // As the first process, so that its own signals reach it.
    init: false,
    env: { PLAN: configOf(plan, 0) },
    command: ['sh', '-c', `echo "$PLAN" > ${configPath}; exec haproxy -W -db -f ${configPath}`],
  });
  await container.exec(['sh', '-c', followed(0)], { timeoutMs: 20_000 });
  let plans = 0;
  return {
    container,
    address: await container.address(),
    follow: async (next) => {
      plans += 1;
      await container.exec(['sh', '-c', `cat > ${configPath}; kill -USR2 1; ${followed(plans)}`], {
        stdin: configOf(next, plans),
        timeoutMs: 30_000,
      });
    },
  };
}

/** Waits until the plan is the one that is asked, and the process that went by another has ended: two are left. */
const followed = (number: number): string => `
until printf 'GET /plan HTTP/1.0\\r\\n\\r\\n' | nc 127.0.0.1 80 2>/dev/null | grep -q 'plan ${String(number)}$'; do usleep 10000; done
until [ "$(pidof haproxy | wc -w)" -eq 2 ]; do usleep 10000; done`;

/** HAProxy's configuration (its Configuration Manual, 2.6). Its patience with who has connected is longer than any client's here. */
function configOf({ atOnce, routes }: BalancerPlan, number: number): string {
  const own = ({ name, path = `/${name}` }: Route): string => `{ path_beg ${path} }`;
  const refusals = routes.flatMap((route) =>
    route.spillAt === undefined
      ? []
      : [`  http-request deny deny_status 503 if ${own(route)} { be_conn(${route.name}) ge ${String(route.spillAt)} }`],
  );
  const ways = routes.map((route) => `  use_backend ${route.name} if ${own(route)}`);
  const backends = routes.flatMap(({ name, servers }) => [
    `backend ${name}`,
    '  balance leastconn',
    ...servers.map((server, index) => `  server s${String(index)} ${server}:80`),
  ]);
  return [
    ...['global', `  maxconn ${String(atOnce)}`, '  stats socket /run/haproxy.sock expose-fd listeners'],
    ...[
      'defaults',
      '  mode http',
      '  timeout connect 1s',
      '  retries 1',
      '  timeout client 30s',
      '  timeout server 30s',
    ],
    ...['frontend all', '  bind *:80'],
    `  http-request return status 200 content-type text/plain string "plan ${String(number)}" if { path /plan }`,
    ...refusals,
    ...ways,
    ...backends,
    '',
  ].join('\n');
}
