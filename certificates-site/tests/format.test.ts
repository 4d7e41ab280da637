// The format against its published vector, byte for byte, and against whatever is not in its one form.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "../src/format/bytes.ts";
import * as base45 from "../src/format/base45.ts";
import * as container from "../src/format/container.ts";
import { PublicKey } from "../src/format/curve.ts";
import * as declaration from "../src/format/declaration.ts";
import { Malformed, NotOurs } from "../src/format/errors.ts";
import * as seals from "../src/format/seals.ts";
import * as vector from "./vector.ts";

const SEAL = seals.fromParts(fromHex(vector.HEADER), fromHex(vector.SIGNATURE));

async function sealed(): Promise<container.Certificate> {
  return { declaration: declaration.encode(await vector.declaration()), seal: SEAL };
}

test("the declaration of the vector has its bytes and its hash", async () => {
  const data = declaration.encode(await vector.declaration());
  assert.equal(data.length, 198);
  assert.equal(toHex(await declaration.commitment(data)), vector.COMMITMENT);
});

test("the seal of the vector is by its key, whose id is its thumbprint", async () => {
  const key = await PublicKey.of(vector.POINT);
  assert.equal(toHex(key.kid), vector.KID);
  assert.equal(SEAL.sealedAt, vector.SEALED_AT);
  assert.equal(await seals.verifies(SEAL, key, fromHex(vector.COMMITMENT)), true);
  assert.equal(await seals.verifies(SEAL, key, new Uint8Array(32)), false);
});

test("the QR code of the vector has its text and is read back", async () => {
  const text = container.toText(await sealed());
  assert.equal(text.length, 451);
  assert.ok(text.startsWith("MA1:NLGA5PZ10RG6X$M0%V"));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  assert.equal(toHex(new Uint8Array(hash)), vector.TEXT_HASH);
  assert.deepEqual(container.fromText(text), await sealed());
});

test("no certificate with one other bit is both read and sealed by the key", async () => {
  const key = await PublicKey.of(vector.POINT);
  const whole = container.encode(await sealed());
  for (let bit = 0; bit < whole.length * 8; bit += 1) {
    const changed = Uint8Array.from(whole);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(await isSound(changed, key), false, `bit ${bit}`);
  }
});

async function isSound(data: Uint8Array, key: PublicKey): Promise<boolean> {
  try {
    const found = container.decode(data);
    declaration.decode(found.declaration);
    if (!found.seal || toHex(found.seal.kid) !== vector.KID) return false;
    return await seals.verifies(found.seal, key, await declaration.commitment(found.declaration));
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

test("Base45 is that of RFC 9285", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  for (const [plain, written] of [["AB", "BB8"], ["Hello!!", "%69 VD92EX0"], ["base-45", "UJCLQE7W581"], ["ietf!", "QED8WEX0"]]) {
    assert.equal(base45.encode(bytes(plain!)), written);
    assert.deepEqual(base45.decode(written!), Uint8Array.from(bytes(plain!)));
  }
  for (const wrong of ["GGW", "::", "A", "ABCD", "ab", "A€B", ":::"]) assert.throws(() => base45.decode(wrong), Malformed, wrong);
});

test("what is not in the one encoding is refused", () => {
  const wrong = {
    "an indefinite length": "9f40f6ff",
    "a length wider than needed": "825800f6",
    "what follows": "8240f600",
    "another tag": "8240d184404040f6",
    "three parts": "8340f6f6",
    "a map": "a0",
    "nothing": "",
    "a float": "8240f93c00",
    "undefined": "8240f7",
  };
  for (const [what, data] of Object.entries(wrong)) assert.throws(() => container.decode(fromHex(data)), Malformed, what);
});

test("declarations with other keys, types or texts are refused", () => {
  const salt = "50" + "00".repeat(16);
  const wrong = {
    "a key twice": `a400${salt}0161610900` + "0900",
    "keys out of order": `a30161610900` + `00${salt}`,
    "key 24": `a400${salt}01616109001818` + "00",
    "a negative key": `a400${salt}0161610900` + "2000",
    "no salt": "a20161610900",
    "a short salt": "a3004100" + "0161610900",
    "no time of leaving": `a200${salt}016161`,
    "a negative time": `a300${salt}0161610920`,
    "a name that is a number": `a400${salt}016161020109` + "00",
    "a letter and its accent apart": `a400${salt}0161610263` + "65cc81" + "0900",
    "a byte order mark": `a400${salt}0161610264` + "efbbbf61" + "0900",
    "invalid UTF-8": `a400${salt}0161610261ff0900`,
    "a list in a list of reasons": `a400${salt}01616109000a8180`,
  };
  for (const [what, data] of Object.entries(wrong)) assert.throws(() => declaration.decode(fromHex(data)), Malformed, what);
  assert.doesNotThrow(() => declaration.decode(fromHex(`a300${salt}0161610900`)));
});

test("a text of a megabyte, or of somebody else's, is refused at once", () => {
  assert.throws(() => container.fromText("MA1:" + "0".repeat(1_000_000)), Malformed);
  assert.throws(() => container.fromText("HC1:NCFOXN"), NotOurs);
  assert.throws(() => container.fromText(""), NotOurs);
});

test("an answer of the seal process is taken apart, and no other bytes are", () => {
  const answer = fromHex(`d2845819${vector.HEADER}a05820${vector.COMMITMENT}5840${vector.SIGNATURE}`);
  assert.deepEqual(seals.readAttached(answer), { seal: SEAL, commitment: fromHex(vector.COMMITMENT) });
  for (const wrong of [answer.slice(1), new Uint8Array(130), Uint8Array.of(...answer, 0), new Uint8Array()]) {
    assert.throws(() => seals.readAttached(wrong), Malformed);
  }
});
