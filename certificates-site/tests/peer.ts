// The other side of the tests of both implementations: reads one question a line, JSON, and answers each with a line.
import { createInterface } from "node:readline";
import { fromHex, toHex } from "../src/format/bytes.ts";
import * as container from "../src/format/container.ts";
import { PublicKey } from "../src/format/curve.ts";
import * as declaration from "../src/format/declaration.ts";
import * as forms from "../src/format/forms.ts";
import * as keyList from "../src/format/keyList.ts";
import * as seals from "../src/format/seals.ts";
import { judge } from "../src/format/verdicts.ts";

/** A question. `roots` are points, `keys` and `forms` signed documents, all in hexadecimal. */
interface Question {
  readonly text?: string;
  readonly roots: readonly string[];
  readonly keys: string;
  readonly forms: string;
  readonly now: number;
  readonly version?: number;
  readonly declare?: { readonly salt: string; readonly form: string; readonly values: readonly [number, declaration.Value][] };
  readonly answer?: string;
}

async function answered({ text, roots, keys, forms: set, now, version = 0, declare, answer }: Question): Promise<unknown> {
  if (declare) {
    const data = declaration.encode({ salt: fromHex(declare.salt), form: declare.form, values: new Map(declare.values) });
    const seal = answer ? seals.readAttached(fromHex(answer)).seal : null;
    return { declaration: toHex(data), text: container.toText({ declaration: data, seal }) };
  }
  const known = { roots: await Promise.all(roots.map((root) => PublicKey.of(fromHex(root)))), now, version };
  const trust = { keys: await keyList.read(fromHex(keys), known), forms: (await forms.read(fromHex(set), known)).forms };
  const finding = await judge(text ?? "", trust, now);
  return { verdict: finding.verdict, remarks: [...finding.remarks].sort(), sealedAt: finding.sealedAt };
}

for await (const line of createInterface({ input: process.stdin })) {
  let said: unknown;
  try {
    said = await answered(JSON.parse(line) as Question);
  } catch (error) {
    said = { refused: error instanceof Error ? error.constructor.name : "?", why: String(error) };
  }
  console.log(JSON.stringify(said));
}
