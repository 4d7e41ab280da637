// What is written in a meeting: the chat, and captions, which somebody writes along for those who do not hear what is spoken.
import { element } from "./element.js";

export const CHAT = "chat";
export const CAPTION = "caption";
// What was spoken longer ago is in nobody's mind.
const CAPTIONS_KEPT = 60;
// Whoever writes along does not press a key for each sentence: it goes when it has ended, or has become long.
const SENTENCE = /[.!?…:]\s$/u;
const LONG = 60;

export class Talk {
  /** `say(text, where)` says something to all, and returns whether there was a line for it; `notice` tells in passing. */
  constructor(root, { say, notice }) {
    this.root = root;
    this.texts = root.dataset;
    this.say = say;
    this.notice = notice;
    this.hasTold = false;
    this.bind(CHAT);
    const caption = this.bind(CAPTION);
    caption.addEventListener("input", () => {
      if (SENTENCE.test(caption.value) || (caption.value.length >= LONG && caption.value.endsWith(" "))) caption.form.requestSubmit();
    });
  }

  one(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  bind(where) {
    const form = this.one(`${where}-form`);
    const box = form.elements.said;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = box.value.trim();
      if (!text || this.say(text, where)) box.value = "";
      else this.notice(this.texts.unsaid);
    });
    return box;
  }

  /** Show what somebody has written. */
  take({ isMine, name, text, where }) {
    if (where === CAPTION) return this.takeCaption(name, text);
    this.add(this.one("chat"), element("li", { class: isMine ? "is-mine" : null }, element("strong", {}, name), " ", element("span", {}, text)));
    if (this.one("side").hidden) this.notice(`${name} ${this.texts.chatFrom} : ${text}`);
  }

  takeCaption(name, text) {
    const lines = this.one("captions");
    // Who writes along stands once before what they write in a row.
    const isOther = lines.lastElementChild?.dataset.by !== name;
    this.add(lines, element("li", { "data-by": name }, ...(isOther ? [element("strong", {}, name), " "] : []), element("span", {}, text)));
    while (lines.children.length > CAPTIONS_KEPT) lines.firstElementChild.remove();
    if (this.one("captions-part").hidden && !this.hasTold) this.notice(`${name} ${this.texts.captionsFrom}`);
    this.hasTold = true;
  }

  add(list, line) {
    list.append(line);
    // Where one is in the page stays as it is.
    list.scrollTop = list.scrollHeight;
  }

  showChat(isOn) {
    this.one("side").hidden = !isOn;
    if (isOn) this.one("chat-form").elements.said.focus();
  }

  showCaptions(isOn) {
    const lines = this.one("captions");
    this.one("captions-part").hidden = !isOn;
    lines.scrollTop = lines.scrollHeight;
  }
}
