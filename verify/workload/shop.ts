import type { Container, ContainerOptions } from '../lab/container/types.ts';
import type { Image } from '../lab/engine/types.ts';
import type { TreeName } from '../lab/rootfs/tree.ts';
import { startBalancer, type Balancer, type BalancerMaker } from './balancer.ts';

export type ShopService = 'orders' | 'prices' | 'stock';

/** One container of a service. */
export interface ShopInstance {
  readonly service: ShopService;
  readonly container: Container;
  /** The instance names itself so in its answers. */
  readonly word: string;
}

export interface ShopInstanceOptions {
  readonly word: string;
  /** Answers in another form than was agreed. Default false. */
  readonly breaksContract?: boolean;
}

/**
 * A small application of three services, each in containers of its own. An order asks the other two for their part, by
 * HTTP and through the balancer, and fails (502) where an answer does not come or is not what was agreed.
 */
export interface Shop {
  readonly balancer: Balancer;
  /** Path of an order. Its answer names the instances that took part: `order 42 <prices> <stock> <orders>`. */
  readonly orderPath: string;
  /** Starts an instance and waits until it serves. Nobody asks it before `use`. */
  start(service: ShopService, options: ShopInstanceOptions): Promise<ShopInstance>;
  /** Lets the balancer send requests to these instances, and to no others from when it is resolved. */
  use(instances: readonly ShopInstance[]): Promise<void>;
}

/** What a shop is made with: the lab of an engine. */
export interface ShopMaker extends BalancerMaker {
  container(options: Omit<ContainerOptions, 'image'> & { readonly image: Image | TreeName }): Promise<Container>;
}

const services = ['orders', 'prices', 'stock'] as const;
const pathOf = (service: ShopService): string => `/cgi-bin/${service}`;

/** @throws NotHereError where the balancer is not installed */
export async function startShop(lab: ShopMaker): Promise<Shop> {
  const balancer = await startBalancer(lab, { atOnce: 200, routes: [] });
  return {
    balancer,
    orderPath: pathOf('orders'),
    start: async (service, { word, breaksContract = false }) => {
      const script = scripts[service](word, balancer.address, breaksContract);
      const path = `/srv/www${pathOf(service)}`;
      const container = await lab.container({
        image: 'bare',
        env: { SCRIPT: script },
        command: [
          'sh',
          '-c',
          `mkdir -p /srv/www/cgi-bin; echo "$SCRIPT" > ${path}; chmod +x ${path}; exec httpd -f -p 80 -h /srv/www`,
        ],
      });
      await container.exec(['sh', '-c', 'until nc 127.0.0.1 80 </dev/null; do usleep 10000; done'], {
        timeoutMs: 20_000,
      });
      return { service, container, word };
    },
    use: async (instances) => {
      const addresses = (service: ShopService): Promise<string[]> =>
        Promise.all(instances.filter((each) => each.service === service).map(({ container }) => container.address()));
      await balancer.follow({
        atOnce: 200,
        routes: await Promise.all(
          services.map(async (service) => ({
            name: service,
            path: pathOf(service),
            servers: await addresses(service),
          })),
        ),
      });
    },
  };
}

const answer = "printf 'Content-Type: text/plain\\r\\n\\r\\n'";

const asks = (balancer: string, service: ShopService): string =>
  `printf 'GET ${pathOf(service)} HTTP/1.0\\r\\n\\r\\n' | nc -w 2 ${balancer} 80`;

/** Programs for busybox httpd; what begins with "HTTP" it passes on as it is. */
const scripts: Readonly<Record<ShopService, (word: string, balancer: string, breaksContract: boolean) => string>> = {
  orders: (word, balancer) => `#!/bin/sh
price=$(${asks(balancer, 'prices')} | sed -n 's/^price=\\([0-9]* .*\\)$/\\1/p')
stock=$(${asks(balancer, 'stock')} | sed -n 's/^stock=\\([0-9]* .*\\)$/\\1/p')
if [ -z "$price" ] || [ -z "$stock" ]; then
  printf 'HTTP/1.0 502 Bad Gateway\\r\\n\\r\\nprice "%s", stock "%s"\\n' "$price" "$stock"
  exit
fi
${answer}
echo "order $((\${price%% *} * 2)) \${price#* } \${stock#* } ${word}"`,
  prices: (word, _, breaks) => `#!/bin/sh
${answer}
echo "${breaks ? 'cost' : 'price'}=21 ${word}"`,
  stock: (word, _, breaks) => `#!/bin/sh
${answer}
echo "${breaks ? 'left' : 'stock'}=7 ${word}"`,
};
