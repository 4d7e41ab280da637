// What a certificate is worth: from its text, the list of keys, the forms and the time alone.
import { toHex } from "./bytes.ts";
import * as container from "./container.ts";
import * as declaration from "./declaration.ts";
import { NotOurs } from "./errors.ts";
import * as forms from "./forms.ts";
import type { KeyList } from "./keyList.ts";
import * as seals from "./seals.ts";

/** A seal may come this long after the leaving that it vouches for, and clocks may differ by as much. */
export const LATE_SECONDS = 300;
export const CLOCK_SLACK_SECONDS = 300;

/** What the officer is told. `altered` shows no field at all. */
export type Verdict =
  | "sealed" | "sealed_late" | "unsealed" | "out_of_time" | "key_unknown" | "list_old" | "clock_wrong" | "form_unknown"
  | "altered" | "not_ours";
export type Colour = "green" | "amber" | "red" | "grey";
export type Remark =
  | "malformed" | "signature_false" | "key_not_listed" | "key_not_current" | "sealed_in_future" | "no_seal" | "seal_demanded"
  | "not_yet" | "over" | "form_not_in_force" | "form_not_listed" | "form_not_followed" | "list_expired"
  | "sealed_after_leaving";

// The gravest first: what makes the time worthless, what makes it unknown, what it says, what may have changed since.
const ORDER: readonly (readonly [Remark, Verdict])[] = [
  ["key_not_listed", "key_unknown"],
  ["key_not_current", "key_unknown"],
  ["sealed_in_future", "clock_wrong"],
  ["not_yet", "out_of_time"],
  ["over", "out_of_time"],
  ["form_not_in_force", "out_of_time"],
  ["no_seal", "unsealed"],
  ["form_not_listed", "form_unknown"],
  ["form_not_followed", "form_unknown"],
  ["list_expired", "list_old"],
  ["sealed_after_leaving", "sealed_late"],
];

/** A verdict, all that was found, and what may be shown: nothing when the certificate is altered or not ours. */
export interface Finding {
  readonly verdict: Verdict;
  readonly remarks: ReadonlySet<Remark>;
  readonly declared: declaration.Declaration | null;
  readonly sealedAt: number | null;
  readonly form: forms.Form | null;
}

export function colourOf(verdict: Verdict): Colour {
  if (verdict === "sealed") return "green";
  if (verdict === "altered") return "red";
  return verdict === "not_ours" ? "grey" : "amber";
}

/** What the verifier holds. */
export interface Trust {
  readonly keys: KeyList;
  readonly forms: ReadonlyMap<string, forms.Form>;
}

/** Return what the text of a QR code is worth at a time in seconds since 1970. Never throws for bad input. */
export async function judge(text: string, { keys, forms: known }: Trust, now: number): Promise<Finding> {
  let certificate: container.Certificate;
  let declared: declaration.Declaration;
  try {
    certificate = container.fromText(text);
    declared = declaration.decode(certificate.declaration);
  } catch (error) {
    return error instanceof NotOurs ? nothing("not_ours") : nothing("altered", "malformed");
  }
  const found = await sealRemarks(certificate, declared, keys, now);
  if (found.has("signature_false")) return nothing("altered", "signature_false");
  const form = known.get(declared.form) ?? null;
  for (const remark of formRemarks(declared, form, now)) found.add(remark);
  if (form?.demandsSeal && found.has("no_seal")) found.add("seal_demanded");
  return {
    verdict: ORDER.find(([remark]) => found.has(remark))?.[1] ?? "sealed",
    remarks: found,
    declared,
    sealedAt: certificate.seal && !found.has("key_not_listed") ? certificate.seal.sealedAt : null,
    form,
  };
}

function nothing(verdict: Verdict, ...remarks: readonly Remark[]): Finding {
  return { verdict, remarks: new Set(remarks), declared: null, sealedAt: null, form: null };
}

async function sealRemarks(
  { seal, declaration: data }: container.Certificate,
  declared: declaration.Declaration,
  keys: KeyList,
  now: number,
): Promise<Set<Remark>> {
  if (!seal) return new Set(["no_seal"]);
  const remarks = new Set<Remark>();
  if (now >= keys.expires) remarks.add("list_expired");
  const listed = keys.keys.get(toHex(seal.kid));
  if (!listed) return remarks.add("key_not_listed");
  if (!(await seals.verifies(seal, listed.key, await declaration.commitment(data)))) return new Set(["signature_false"]);
  if (seal.sealedAt < listed.begins || seal.sealedAt >= listed.ends) remarks.add("key_not_current");
  if (seal.sealedAt > now + CLOCK_SLACK_SECONDS) remarks.add("sealed_in_future");
  if (seal.sealedAt > declaration.leavingAt(declared) + LATE_SECONDS) remarks.add("sealed_after_leaving");
  return remarks;
}

function formRemarks(declared: declaration.Declaration, form: forms.Form | null, now: number): Remark[] {
  if (!form) return ["form_not_listed"];
  const remarks: Remark[] = [];
  if (forms.faultsOf(declared, form).length > 0) remarks.push("form_not_followed");
  if (!forms.isInForceAt(form, declaration.leavingAt(declared))) remarks.push("form_not_in_force");
  const { begins, ends } = forms.windowOf(declared, form);
  if (now < begins) remarks.push("not_yet");
  else if (now >= ends) remarks.push("over");
  return remarks;
}
