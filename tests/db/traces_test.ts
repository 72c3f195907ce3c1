import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { commandSetOf, saveCommandSets } from "@/db/deliveries/command_sets.ts";
import { getDelivery, listDeliveries } from "@/db/deliveries/list.ts";
import type { CommandTrace } from "@/db/nouns/delivery.ts";
import {
  readTraces,
  storeTraces,
  type TracedCommand,
  type Verdict,
} from "@/db/deliveries/traces.ts";
import { Dice } from "@/tests/db/walk/dice.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";

const OFF = { text: "it is off" };
const PATHS = ["label.name", "issue.state"];
const WORDS = ["the text asks for nothing", "it starts on push", "Codertocat is a bot", ""];

const foundAt = (path: string) => `"${path} of this payload"`;

function someCommands(dice: Dice): TracedCommand[] {
  return Array.from({ length: Math.floor(dice.roll() * 12) }, (_, n) => ({
    name: `command-${n}`,
    reasons: [
      OFF,
      { text: `${PATHS[n % 2]} is not ${n}`, path: PATHS[n % 2] },
      { text: "the expression is false" },
    ],
  }));
}

/** A command is off, unmet or in words; few run. */
function someVerdict(dice: Dice, command: TracedCommand): Verdict {
  const reason = dice.pick([...command.reasons, ...WORDS, ...WORDS]);
  return { command, reason, matched: typeof reason === "string" && dice.chance(0.25) };
}

/** What people are to read, said without the stored form. */
const spelledOut = ({ command: { name }, matched, reason }: Verdict): CommandTrace => {
  if (typeof reason === "string") return { name, matched, reason };
  const found = reason.path ? `, found ${foundAt(reason.path)}` : "";
  return { name, matched, reason: reason.text + found };
};

Deno.test("whatever is true of commands is read back as it was, from what is stored", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const dice = new Dice(seed);
    const commands = someCommands(dice);
    const verdicts = commands.map((command) => someVerdict(dice, command));
    const stored = JSON.parse(JSON.stringify(storeTraces(verdicts, foundAt)));
    const set = JSON.parse(JSON.stringify(commandSetOf(commands).commands));
    assert.deepEqual(readTraces(stored, set), verdicts.map(spelledOut), `seed ${seed}`);
  }
});

Deno.test("numbers name the reasons of the set that the delivery met, also when commands change", async () => {
  await using t = await testDatabase();
  const dice = new Dice(7);
  const commands = Array.from({ length: 40 }, () => someCommands(dice)).flat()
    .map((command, n) => ({ ...command, name: `command-${n}` }));
  const verdicts = commands.map((command) => someVerdict(dice, command));
  const set = commandSetOf(commands);
  const later = commandSetOf(commands.slice(1).map((one) => ({ ...one, reasons: [OFF] })));
  assert.notEqual(set.command_set, later.command_set);
  await saveCommandSets(t.db, [set, later]);
  await saveCommandSets(t.db, [set]);
  const record = acceptRecord();
  Object.assign(record.delivery, storeTraces(verdicts, foundAt), { command_set: set.command_set });
  const { delivery_id } = await acceptDelivery(t.db, record);

  const expected = verdicts.map(spelledOut);
  assert.deepEqual((await getDelivery(t.db, delivery_id))!.commands, expected);
  const { items } = await listDeliveries(t.db, {}, { limit: 10 });
  assert.deepEqual(items.map(({ commands }) => commands), [expected]);
});

Deno.test("what is true of most commands is kept once, and read back for each", async () => {
  await using t = await testDatabase();
  const off = { text: "it is off" };
  const color = { text: "the color is not blue", path: "color" };
  const commands = ["analyze", "plan", "review", "paint"]
    .map((name) => ({ name, reasons: [off, color] }));
  await saveCommandSets(t.db, [{ command_set: "s", commands }]);
  const record = acceptRecord();
  const other_commands_reason = "the text asks for analyze";
  Object.assign(record.delivery, {
    command_set: "s",
    other_commands_reason,
    unmet: [0, 0, 1, 2],
    found: { color: '"red"' },
  });
  record.delivery.commands.push({ name: "answer", matched: false, reason: "of another set" });
  const { delivery_id } = await acceptDelivery(t.db, record);
  assert.deepEqual((await getDelivery(t.db, delivery_id))!.commands, [
    { name: "answer", matched: false, reason: "of another set" },
    { name: "analyze", matched: true, reason: "@agent analyze" },
    { name: "plan", matched: false, reason: other_commands_reason },
    { name: "review", matched: false, reason: "it is off" },
    { name: "paint", matched: false, reason: 'the color is not blue, found "red"' },
  ]);
});
