import {
  amounts,
  breakoutMachine,
  check,
  loadAppArmorProfile,
  misconfigurations,
  techniques,
  truth,
  type Grant,
} from '#verify';

/** All that the profile could forbid is granted: capabilities, devices, switches, the machine's processes. */
const open: Grant = { ...misconfigurations.privileged, hostPid: true };

export default check(async ({ lab, finding, exhibit }) => {
  const guest = await lab.restoredGuest();
  const machine = await breakoutMachine(guest, lab.token());
  const enforcing = await loadAppArmorProfile(guest, 'enforce');
  const complaining = await loadAppArmorProfile(guest, 'complain');
  const under = (profile: { readonly name: string }, grant: Grant = open): Grant => ({
    ...grant,
    apparmorProfile: profile.name,
  });

  const unconfined = await machine.attempt(open);
  const rows: [string, string][] = [['no profile', unconfined.succeeded.join(', ')]];
  const waysLeft = (label: string, grant: Grant) =>
    amounts(async () => {
      const { succeeded } = await machine.attempt(grant);
      rows.push([label, succeeded.join(', ')]);
      return {
        subject: { label: `ways out, ${label}`, value: succeeded.length },
        baseline: { label: 'ways out, no profile', value: unconfined.succeeded.length },
        unit: '1',
      };
    });
  await finding('ways-out', {
    measure: waysLeft('profile enforced', under(enforcing)),
    controls: { complaining: waysLeft('profile in complain mode', under(complaining)) },
  });

  const closed = (grant: Grant) =>
    truth(async () => {
      const { succeeded, said } = await machine.attempt(grant);
      return { value: succeeded.length === 0, saw: `Worked: ${succeeded.join() || 'none'}. ${said['release-agent']}` };
    });
  const admin = misconfigurations['added-capability'];
  await finding('added-capability', {
    measure: closed(under(enforcing, admin)),
    controls: { complaining: closed(under(complaining, admin)), unconfined: closed(admin) },
  });

  await exhibit({
    id: 'profiles',
    title: `Ways out of ${String(techniques.length)} that worked, by profile (compiled by apparmor ${enforcing.parser})`,
    columns: ['Container', 'Worked'],
    rows,
  });
});
