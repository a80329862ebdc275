/** The options of a command line as `parseArgs` takes them, as far as their types go. */
export type OptionTypes = Readonly<Record<string, { readonly type: "string" | "boolean" }>>;

/** Joins a number below zero to its option, so that whoever reads the option can say what it takes instead. */
export function joinNegatives(words: readonly string[], options: OptionTypes): string[] {
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  const isJoined = (i: number) =>
    i < end && isNegative(words[i]) && isValueOption(words[i - 1], options);
  return words.flatMap((word, i) => {
    if (isJoined(i)) return [];
    return [isJoined(i + 1) ? `${word}=${words[i + 1]}` : word];
  });
}

function isNegative(word = ""): boolean {
  return /^-\.?\d/.test(word);
}

function isValueOption(word: string | undefined, options: OptionTypes): boolean {
  return word?.startsWith("--") === true && options[word.slice(2)]?.type === "string";
}

/** The sentence for an option without its value, by the message of `parseArgs`; null for another message. */
export function valuelessSentence(message: string): string | null {
  const [, option] =
    /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument (?:is ambiguous|missing)/.exec(message) ?? [];
  if (option === undefined) return null;
  return `${option} needs a value; one that begins with a hyphen is written ${option}=VALUE.`;
}
