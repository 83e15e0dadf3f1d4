/** Distributions that share a package manager and package names. Only `debian` is installed on; the others are advised. */
export type Family = 'debian' | 'fedora' | 'arch' | 'other';

export interface Distribution {
  readonly family: Family;
  /** As it calls itself: "Debian GNU/Linux 12 (bookworm)". */
  readonly name: string;
}

const families: Readonly<Record<string, Family>> = {
  debian: 'debian',
  ubuntu: 'debian',
  fedora: 'fedora',
  rhel: 'fedora',
  centos: 'fedora',
  arch: 'arch',
};

/** Reads os-release(5): the distribution's own id decides, then those that it says it is like, in its order. */
export function distributionOf(osRelease: string): Distribution {
  const fields = new Map<string, string>();
  for (const [, key = '', value = ''] of osRelease.matchAll(/^([A-Z_]+)=(.*)$/gm)) {
    fields.set(key, value.replace(/^(["'])(.*)\1$/, '$2'));
  }
  const ids = [fields.get('ID') ?? '', ...(fields.get('ID_LIKE') ?? '').split(' ')];
  const known = ids.find((id) => Object.hasOwn(families, id));
  return {
    family: known === undefined ? 'other' : (families[known] ?? 'other'),
    name: fields.get('PRETTY_NAME') ?? 'an unknown system',
  };
}

const commands: Readonly<Record<Family, string | null>> = {
  debian: 'sudo apt-get install --no-install-recommends',
  fedora: 'sudo dnf install --setopt=install_weak_deps=False',
  arch: 'sudo pacman -S --needed',
  other: null,
};

/** The one line that installs these packages there. */
export function installLine(family: Family, packages: readonly string[]): string {
  const command = commands[family];
  return command === null
    ? `Install what your distribution has for: ${packages.join(' ')}`
    : `${command} ${packages.join(' ')}`;
}
