// Gives the proof of work that the sign-up asks for: ALTCHA's widget computes, then what was typed is sent.
import "altcha/external";
import "altcha/i18n/fr-fr";

const worker = new URL("proof-worker.js", import.meta.url);
globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(worker));

function offer(section) {
  const form = section.querySelector("form");
  const button = form.querySelector("button");
  const { challenge, auto } = form.dataset;
  const widget = document.createElement("altcha-widget");
  const attributes = { challenge, auto, name: "altcha", language: document.documentElement.lang };
  for (const [name, value] of Object.entries(attributes)) widget.setAttribute(name, value);
  // Nothing but the computation: no record of how somebody moves, no mark of another site.
  widget.setAttribute(
    "configuration",
    JSON.stringify({ humanInteractionSignature: false, hideFooter: true, hideLogo: true }),
  );
  widget.addEventListener("verified", () => {
    button.disabled = false;
    if (auto === "onload") form.requestSubmit();
  });
  form.prepend(widget);
  section.hidden = false;
}

// Where a page has no cryptography, as over plain HTTP, patience is what is left.
if (globalThis.crypto?.subtle && globalThis.Worker) document.querySelectorAll("[data-proof]").forEach(offer);
