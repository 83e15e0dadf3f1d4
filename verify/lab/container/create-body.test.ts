import { expect, test } from 'vitest';
import { createBody } from './create-body.ts';

const run = '20260101T000000Z-00000000';

test('every container has a label, an init, a pids limit and small logs', () => {
  const body = createBody({ image: 'tree' }, run);
  expect(body.Labels).toEqual({ 'org.bare-claims.run': run });
  expect(body.HostConfig).toMatchObject({ Init: true, PidsLimit: 256, NetworkMode: 'bridge' });
  expect(body.HostConfig?.LogConfig?.Config).toHaveProperty('max-size');
});

test('a memory limit is no invitation to swap', () => {
  expect(createBody({ image: 'tree', memoryBytes: 64 }, run).HostConfig).toMatchObject({ Memory: 64, MemorySwap: 64 });
  expect(createBody({ image: 'tree', memoryBytes: 64, memorySwapBytes: 128 }, run).HostConfig).toMatchObject({
    MemorySwap: 128,
  });
});

test('ports are exposed and bound under the same key', () => {
  const body = createBody(
    {
      image: 'tree',
      publish: [
        { containerPort: 80 },
        { containerPort: 53, protocol: 'udp', hostAddress: '127.0.0.1', hostPort: 5353 },
      ],
    },
    run,
  );
  expect(body.ExposedPorts).toEqual({ '80/tcp': {}, '53/udp': {} });
  expect(body.HostConfig?.PortBindings).toEqual({
    '80/tcp': [{ HostIp: '', HostPort: '' }],
    '53/udp': [{ HostIp: '127.0.0.1', HostPort: '5353' }],
  });
});

test('a network may be named, or be that of another container', () => {
  const mode = (network: Parameters<typeof createBody>[0]['network']): string | undefined =>
    createBody({ image: 'tree', ...(network === undefined ? {} : { network }) }, run).HostConfig?.NetworkMode;
  expect(mode('none')).toBe('none');
  expect(mode({ container: { id: 'abc' } })).toBe('container:abc');
});

test('what is passed through to the engine wins, and a label of ours cannot be taken away', () => {
  const body = createBody(
    { image: 'tree', labels: { 'org.bare-claims.run': 'other', mine: '1' }, hostConfig: { PidsLimit: 1000 } },
    run,
  );
  expect(body.Labels).toEqual({ 'org.bare-claims.run': run, mine: '1' });
  expect(body.HostConfig?.PidsLimit).toBe(1000);
});
