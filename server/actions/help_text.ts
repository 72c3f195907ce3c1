interface Listed {
  name: string;
  aliases: string[];
  description: string;
}

export function helpText(prefix: string, commands: Listed[]): string {
  const lines = commands.map(({ name, aliases, description }) => {
    const also = aliases.length > 0 ? ` (also \`${aliases.join("`, `")}\`)` : "";
    return `- \`${prefix} ${name}\`${also}: ${description}`;
  });
  return ["I listen to these commands:", "", ...lines].join("\n");
}
