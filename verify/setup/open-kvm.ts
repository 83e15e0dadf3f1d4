import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { UsageError } from '../claim/errors.ts';
import { NotHereError } from '../lab/errors.ts';

/** Below /run: gone with the next boot. */
const ruleFile = '/run/udev/rules.d/99-bare-claims-kvm.rules';
const rule = 'KERNEL=="kvm", GROUP="kvm", MODE="0666", OPTIONS+="static_node=kvm"\n';

/**
 * `npm run kvm:open`: lets every user of this machine, and so the virtual machine monitor without rights, open /dev/kvm
 * until the next boot. For machines that serve one run, such as those of a CI.
 * @throws NotHereError (exit status 3) where there is no /dev/kvm, no udev or no root
 */
export async function openKvm(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageError('npm run kvm:open takes no arguments.');
  if (!existsSync('/dev/kvm'))
    throw new NotHereError('There is no /dev/kvm: this machine has no hardware acceleration.');
  if (!existsSync('/run/udev/control')) {
    throw new NotHereError('udev does not run here, so no rule of it can open /dev/kvm. Give access to it by hand.');
  }
  if (process.getuid?.() !== 0) throw new NotHereError('Opening /dev/kvm needs root.');
  mkdirSync(dirname(ruleFile), { recursive: true });
  writeFileSync(ruleFile, rule);
  await execa('udevadm', ['control', '--reload-rules']);
  await execa('udevadm', ['trigger', '--settle', '--name-match=kvm']);
  const mode = statSync('/dev/kvm').mode & 0o777;
  if (mode !== 0o666) throw new NotHereError(`udev took the rule and left /dev/kvm at mode ${mode.toString(8)}.`);
  process.stdout.write(
    'Every user can open /dev/kvm until the next boot. Whether guests run under it: npm run doctor -- --probe\n',
  );
  return 0;
}
