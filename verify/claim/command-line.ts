import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './errors.ts';

/**
 * A command's options, read by Node's parser.
 * @param usage shown below what is wrong with the arguments
 * @throws UsageError for an option that the command does not have, lacks its value, or has one it does not take
 */
export function commandLine<const T extends Omit<ParseArgsConfig, 'args'>>(
  args: readonly string[],
  usage: string,
  config: T,
) {
  try {
    return parseArgs({ ...config, args: [...args] });
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`, { cause });
  }
}
