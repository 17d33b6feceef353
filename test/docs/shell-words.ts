// Splits a line of POSIX shell into words, so that a printed command can be read without running a shell.

/** Handles quotes, backslashes and continued lines; anything a shell would expand is refused rather than misread. */
export function shellWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < command.length; at++) {
    const char = command[at]!;
    if (char === '\\' && command[at + 1] === '\n') at++;
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = command.indexOf("'", at + 1);
      word = (word ?? '') + command.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      word ??= '';
      for (at++; command[at] !== '"'; at++) {
        if (command[at] === '\\' && /["\\$`]/.test(command[at + 1] ?? '')) at++;
        else if (/[$`]/.test(command[at]!)) throw new Error(`shellWords does not expand: ${command}`);
        word += command[at];
      }
    } else if (/[$`|&;<>()]/.test(char)) {
      throw new Error(`shellWords does not run ${char}: ${command}`);
    } else {
      word = (word ?? '') + (char === '\\' ? command[++at] : char);
    }
  }
  return word === undefined ? words : [...words, word];
}
