import { expect, test } from 'vitest';
import { loadOrder } from './modules.ts';

const dependencies = `kernel/drivers/net/virtio_net.ko: kernel/net/failover.ko kernel/drivers/virtio/virtio.ko
kernel/net/failover.ko:
kernel/drivers/virtio/virtio_ring.ko.xz: 
kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio_ring.ko.xz
kernel/crypto/crc32c-intel.ko:
`;

test('a module comes after everything that it depends on, and once', () => {
  const order = loadOrder(dependencies, ['virtio_net', 'virtio']);
  expect(order).toEqual([
    'kernel/net/failover.ko',
    'kernel/drivers/virtio/virtio_ring.ko.xz',
    'kernel/drivers/virtio/virtio.ko',
    'kernel/drivers/net/virtio_net.ko',
  ]);
});

test('a module that is built into the kernel is skipped', () => {
  expect(loadOrder(dependencies, ['ext4'])).toEqual([]);
});

test('dashes and underscores in names are the same', () => {
  expect(loadOrder(dependencies, ['crc32c_intel'])).toEqual(['kernel/crypto/crc32c-intel.ko']);
});
