import { check, packagedDocument, truth, type PackagedDocument, type Subject } from '#verify';

/** Since which release a kernel can do something, by a line of a manual page. */
interface Dated {
  readonly label: string;
  readonly page: keyof typeof folders;
  readonly since: RegExp;
}

const folders = {
  'clone.2': 'manpages-dev',
  'unshare.2': 'manpages-dev',
  'prctl.2': 'manpages-dev',
  'cgroups.7': 'manpages',
};

/** All that makes up the old container, besides a folder as its root, which is older than Linux itself (chroot(2)). */
const then: readonly Dated[] = [
  { label: 'namespace for mounts', page: 'clone.2', since: /CLONE_NEWNS "? ?\(since Linux ([\d.]+)/ },
  { label: 'namespace for names of the machine', page: 'clone.2', since: /CLONE_NEWUTS "? ?\(since Linux ([\d.]+)/ },
  {
    label: 'namespace for messages between processes',
    page: 'clone.2',
    since: /CLONE_NEWIPC "? ?\(since Linux ([\d.]+)/,
  },
  { label: 'namespace for processes', page: 'clone.2', since: /CLONE_NEWPID "? ?\(since Linux ([\d.]+)/ },
  { label: 'namespace for networks', page: 'clone.2', since: /CLONE_NEWNET "? ?\(since Linux ([\d.]+)/ },
  { label: 'control group of processors', page: 'cgroups.7', since: /cpuset "? ?\(since Linux ([\d.]+)/ },
];

/** What engines of today use besides. */
const since: readonly Dated[] = [
  { label: 'control group of memory', page: 'cgroups.7', since: /memory "? ?\(since Linux ([\d.]+)/ },
  { label: 'control group of the number of processes', page: 'cgroups.7', since: /pids "? ?\(since Linux ([\d.]+)/ },
  { label: 'control groups in one tree', page: 'cgroups.7', since: /official with the release of Linux ([\d.]+)\./ },
  { label: 'namespace for control groups', page: 'clone.2', since: /CLONE_NEWCGROUP "? ?\(since Linux ([\d.]+)/ },
  { label: 'namespace for users', page: 'unshare.2', since: /CLONE_NEWUSER "? ?\(since Linux ([\d.]+)/ },
  { label: 'no new privileges', page: 'prctl.2', since: /PR_SET_NO_NEW_PRIVS "? ?\(since Linux ([\d.]+)/ },
  { label: 'filter of system calls', page: 'prctl.2', since: /SECCOMP_MODE_FILTER "? ?\(since Linux ([\d.]+)/ },
];

/** The release that brought control groups; namespaces for processes and networks came with the same. */
const limit = '2.6.24';

const noLaterThanLimit = (release: string): boolean => release.localeCompare(limit, 'en', { numeric: true }) <= 0;

type Part = 'mount' | 'uts' | 'ipc' | 'pid' | 'net' | 'files' | 'cpuset';

/** A machine with something to see for each part, and the folder that is to be the container's root. */
const layMachine = `
word=$1 root=/var/then
mkdir -p $root/bin $root/proc $root/tmp $root/mnt /mnt /run/groups
cp /bin/busybox $root/bin/busybox
for applet in sh cat echo grep hostname mount nc nproc sleep umount; do ln -s busybox $root/bin/$applet; done
cat > /look
cp /look $root/look
mount -t cgroup -o cpuset groups /run/groups
mkdir /run/groups/then
cat /run/groups/cpuset.mems > /run/groups/then/cpuset.mems
echo 0 > /run/groups/then/cpuset.cpus
hostname machine
echo 100 > /proc/sys/kernel/msgmni
echo $word > /root/secret
sh -c 'echo $0 > /proc/self/comm; while :; do sleep 1; done' $word >/dev/null 2>&1 &
mkdir /run/listener
echo $word > /run/listener/word
busybox httpd -p 127.0.0.1:4242 -h /run/listener
`;

/** Runs inside, where there is no /dev: does what must not be seen outside, says what it sees, stays until looked at. */
const look = `
hostname container
echo 200 > /proc/sys/kernel/msgmni
mount -t tmpfs made-inside /mnt
cat /proc/[0-9]*/comm | grep -q $\{1%????} && echo saw pid
printf 'GET /word HTTP/1.0\\r\\n\\r\\n' | nc 127.0.0.1 4242 | grep -q $1 && echo saw net
grep -q $1 /root/secret && echo saw files
[ $(nproc) = 1 ] || echo saw cpuset
grep Seccomp: /proc/self/status
echo looked
waited=0
until [ -e /tmp/release ] || [ $waited -ge 100 ]; do sleep 0.1; waited=$((waited + 1)); done
umount /mnt
`;

/** A container of all parts but one: a folder for its root, a group for its processors, namespaces for the rest. */
const enter = `
without=$1 word=$2 root=/var/then group=/run/groups/then flags=
for part in mount uts ipc net; do [ $part = $without ] || flags="$flags --$part"; done
[ pid = $without ] || flags="$flags --pid --fork"
[ files = $without ] && root=/
[ cpuset = $without ] && group=/run/groups
hostname machine
echo 100 > /proc/sys/kernel/msgmni
rm -f /tmp/seen /tmp/release /var/then/tmp/release
sh -c 'echo $$ > $0/tasks; exec "$@"' $group \\
  unshare $flags sh -c 'mount -t proc proc $0/proc; exec chroot $0 sh /look $1' $root $word > /tmp/seen 2>&1 &
waited=0
until grep -q looked /tmp/seen || [ $waited -ge 100 ]; do sleep 0.1; waited=$((waited + 1)); done
[ $(hostname) = machine ] || echo saw uts
[ $(cat /proc/sys/kernel/msgmni) = 100 ] || echo saw ipc
grep -q made-inside /proc/mounts && echo saw mount
touch /tmp/release /var/then/tmp/release
wait
cat /tmp/seen
umount /var/then/proc 2>/dev/null
true
`;

export default check(async ({ lab, finding, exhibit }) => {
  const guest = await lab.restoredGuest({ cpus: 2 });
  const word = lab.token();
  await guest.exec(['sh', '-ec', layMachine, 'sh', word], { stdin: look });
  const made = async (without: Part | 'none'): Promise<string> => {
    const { stdout } = await guest.exec(['sh', '-c', enter, 'sh', without, word], { timeoutMs: 60_000 });
    return stdout;
  };
  const whole = await made('none');

  const apart = (part: Part, printed: () => Promise<string>) =>
    truth(async () => {
      const said = await printed();
      const seen = [...said.matchAll(/^saw (\w+)$/gm)].map(([, name]) => name);
      // A container that did not come to look saw nothing either.
      const value = said.includes('looked') ? !seen.includes(part) : null;
      return { value, saw: `Not apart: ${seen.join(', ') || 'nothing'}.${value === null ? ` It said: ${said}` : ''}` };
    });
  const settle = async (id: string, part: Part) => {
    await finding(id, {
      measure: apart(part, () => Promise.resolve(whole)),
      controls: { 'without-it': apart(part, () => made(part)) },
    });
  };
  await settle('processes', 'pid');
  await settle('network', 'net');
  await settle('files', 'files');
  await settle('mounts', 'mount');
  await settle('name', 'uts');
  await settle('messages', 'ipc');
  await settle('processors', 'cpuset');

  const pages = new Map<string, PackagedDocument>();
  for (const [page, name] of Object.entries(folders)) {
    const section = page.slice(-1);
    pages.set(page, await packagedDocument(name, [`usr/share/man/man${section}/${page}.gz`]));
  }
  const releaseOf = ({ page, since: pattern }: Dated): string | null =>
    pattern.exec(pages.get(page)?.text ?? '')?.[1]?.replace(/\.$/, '') ?? null;
  const offered = (wanted: readonly Dated[]) =>
    truth(() => {
      const found = wanted.map((part) => ({ ...part, release: releaseOf(part) }));
      const saw = found.map(({ label, release }) => `${label}: ${release ?? 'not dated'}`).join('; ');
      // A page that does not date a part settles nothing.
      if (found.some(({ release }) => release === null)) return { value: null, saw };
      return { value: found.every(({ release }) => release !== null && noLaterThanLimit(release)), saw };
    });
  await finding('offered-then', { measure: offered(then), controls: { 'newer-parts': offered(since) } });

  const filtered = (status: () => Promise<string>) =>
    truth(async () => {
      const mode = /^Seccomp:\s*(\d)/m.exec(await status())?.[1];
      return {
        value: mode === undefined ? null : mode === '2',
        saw: `Mode of its filter of system calls: ${mode ?? '?'}.`,
      };
    });
  const statusIn = async (subject: Subject): Promise<string> =>
    (await subject.exec(['cat', '/proc/self/status'])).stdout;
  await finding('differs-today', {
    measure: filtered(async () => statusIn(await lab.container({ image: 'bare', command: ['sleep', '600'] }))),
    controls: { 'old-container': filtered(() => Promise.resolve(whole)) },
  });

  const rows = (dated: readonly Dated[], used: boolean) =>
    dated.map((part) => [part.label, releaseOf(part), part.page, pages.get(part.page)?.version ?? '', used]);
  await exhibit({
    id: 'parts',
    title: 'Parts of containers, and the release of Linux that brought them',
    columns: ['Part', 'Since Linux', 'Manual page', 'Version of the manual', 'In the old container'],
    rows: [...rows(then, true), ...rows(since, false)],
  });
});
