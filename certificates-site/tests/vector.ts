// The reproducible test vector of docs/reference/certificate-format.md. The person is fictional.
import { fromHex, joined } from "../src/format/bytes.ts";
import type { Declaration } from "../src/format/declaration.ts";

export const POINT = joined(
  fromHex("64cc51abbe7ec0cc8c14b07b945a2c33fabb56106f69cf1fc746a0a4490f0739"),
  fromHex("095ef4a78109e84d158c2cdf16675827dfd1c9dc390467153ed55b71c696eb61"),
);
export const KID = "9ba7e192a9219fcc";
export const SEALED_AT = 1795440240;
export const COMMITMENT = "ebdc323836dfecaa5da9acc71de912ef134304d20fb391c2ce5e3789031dac6b";
export const HEADER = "a4012604489ba7e192a9219fcc0fa1061a6b043e701901022f";
export const SIGNATURE =
  "833ad4dd0bccd5fe0e14519b6d4e333bf7db6d14a7e7643797b9d460501c4f9c" +
  "7c56fa48d6a08d1eede1cf557a39bc2b12cc70d96e56217b355d714b37bc2bf6";
export const TEXT_HASH = "45aefd6120ca0ff005208d18197a843ac4e42e7686cda3133567542780aeaa90";

export async function declaration(): Promise<Declaration> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("salt 1"));
  return {
    salt: new Uint8Array(hash).slice(0, 16),
    form: "fr.dep/1",
    values: new Map<number, string | number | string[]>([
      [2, "Anne-Françoise"],
      [3, "Lefèvre-Nguyễn"],
      [4, "1984-07-14"],
      [5, "Saint-Denis (La Réunion)"],
      [6, "12 bis rue du Général de Gaulle, Bât. C"],
      [7, "93200"],
      [8, "Saint-Denis"],
      [9, 1795440600],
      [10, ["sante", "famille"]],
      [11, SEALED_AT],
    ]),
  };
}
