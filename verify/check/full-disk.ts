/** The message, with what to do about it where a disk was full. */
export function withDiskAdvice(message: string): string {
  return /ENOSPC|EDQUOT|no space left/i.test(message)
    ? `${message}\nThe disk is full: make room, or name a folder on another disk (BARE_CLAIMS_CACHE).`
    : message;
}
