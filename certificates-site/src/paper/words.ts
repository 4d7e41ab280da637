// The sentences of printed pages, which the command line holds: both print the same. Dates and times as they are written.
import all from "../../../entraide/certificates/command/words.json";
import type { Form } from "../format/forms.ts";

export type Words = (typeof all)["fr"];

/** Return the sentences in a language, or in French. */
export function wordsIn(language: string): Words {
  return (all as Readonly<Record<string, Words>>)[language] ?? all.fr;
}

/** Return a time in seconds since 1970 as it is written, in the zone of the form. */
export function timeText(at: number, form: Form, words: Words): string {
  const options: Intl.DateTimeFormatOptions = {
    timeZone: form.zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  };
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(at * 1000);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return written(words.time_form, { Y: part("year"), m: part("month"), d: part("day"), H: part("hour"), M: part("minute") });
}

/** Return a date YYYY-MM-DD as it is written; another text as it is. */
export function dateText(day: string, words: Words): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return found ? written(words.date_form, { Y: found[1]!, m: found[2]!, d: found[3]! }) : day;
}

/** Fill in a form of strftime. %B is the English month: no other language here writes its months in letters. */
function written(form: string, numbers: Readonly<Record<string, string>>): string {
  const month = () => new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" }).format(Date.UTC(2000, Number(numbers["m"]) - 1, 1));
  return form.replaceAll(/%([A-Za-z])/g, (whole, letter: string) => (letter === "B" ? month() : numbers[letter] ?? whole));
}
