// Signing in with a passkey and adding one.
//
//   <form data-passkey-sign-in hidden>           shown where the browser knows passkeys; asks the form's own address
//                                                for a challenge, answers it, and sends the form
//   <form data-passkey-add="{…options…}">        makes a passkey from the options, then sends the form
//
// Both have a hidden field `credential`, an element `data-passkey-problem`, and `data-failed`: what to say.

const bytes = (text) => {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
};

const text = (buffer) => {
  const characters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(characters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const descriptors = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

function answer(credential) {
  const { response } = credential;
  const parts = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: parts,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function make(form) {
  const { publicKey } = JSON.parse(form.dataset.passkeyAdd);
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: descriptors(publicKey.excludeCredentials),
    },
  });
}

async function use(form) {
  const challenge = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!challenge.ok) throw new Error(`challenge refused: ${challenge.status}`);
  const { publicKey } = (await challenge.json()).request_options;
  return navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: descriptors(publicKey.allowCredentials),
    },
  });
}

function bind(form, ceremony) {
  const problem = form.querySelector("[data-passkey-problem]");
  const button = form.querySelector("button[type=submit]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    button.disabled = true;
    try {
      form.elements.credential.value = answer(await ceremony(form));
      form.submit();
    } catch {
      problem.textContent = form.dataset.failed;
      button.disabled = false;
    }
  });
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey-sign-in]")) {
    form.hidden = false;
    bind(form, use);
  }
  for (const form of document.querySelectorAll("[data-passkey-add]")) bind(form, make);
}
