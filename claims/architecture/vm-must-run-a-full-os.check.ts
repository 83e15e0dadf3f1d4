import { atOnce, check, truth } from '#verify';

export default check(async ({ lab, finding }) => {
  /** True where the machine did not print its word: "refused to run". */
  const silent = (run: (word: string) => Promise<string>) =>
    truth(async () => {
      const word = lab.token();
      const printed = await run(word);
      const spoke = printed.includes(word);
      return {
        value: !spoke,
        saw: spoke ? 'The machine printed the random word that it was given.' : `It printed: ${printed.slice(-300)}`,
      };
    });

  await finding('boot-sector-refused', {
    measure: silent((word) => lab.bootSector(word)),
    controls: { 'without-signature': silent((word) => lab.bootSector(word, { signature: false })) },
  });
  await finding(
    'one-binary-refused',
    atOnce({
      measure: silent((word) => lab.bootOneProgram(word)),
      controls: { 'without-program': silent((word) => lab.bootOneProgram(word, { program: false })) },
    }),
  );
});
