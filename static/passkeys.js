// Passkeys: <form data-passkey="create" or "get"> with a hidden field `credential`,
// a hidden button and a hidden message. What the device is asked for stands in the
// page, in <script type="application/json" id="js_data">, or is fetched from the
// address of the form. Without this file one signs in with a password and a code.

const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
        .replace(/\+/g, "-")
        .replace(/\//g, "_")
        .replace(/=+$/, "");

const known = (list = []) => list.map((each) => ({ ...each, id: toBytes(each.id) }));

const create = async (options, form) => {
    const wanted = options.creation_options.publicKey;
    const alone = form.elements.passwordless?.checked ?? false;
    const credential = await navigator.credentials.create({
        publicKey: {
            ...wanted,
            challenge: toBytes(wanted.challenge),
            user: { ...wanted.user, id: toBytes(wanted.user.id) },
            excludeCredentials: known(wanted.excludeCredentials),
            authenticatorSelection: {
                ...wanted.authenticatorSelection,
                residentKey: alone ? "required" : "discouraged",
                requireResidentKey: alone,
                ...(alone && { userVerification: "required" }),
            },
        },
    });
    return {
        attestationObject: toText(credential.response.attestationObject),
        clientDataJSON: toText(credential.response.clientDataJSON),
        transports: credential.response.getTransports?.() ?? [],
        credential,
    };
};

const get = async (options) => {
    const wanted = options.request_options.publicKey;
    const credential = await navigator.credentials.get({
        publicKey: {
            ...wanted,
            challenge: toBytes(wanted.challenge),
            allowCredentials: known(wanted.allowCredentials),
        },
    });
    const { authenticatorData, clientDataJSON, signature, userHandle } = credential.response;
    return {
        authenticatorData: toText(authenticatorData),
        clientDataJSON: toText(clientDataJSON),
        signature: toText(signature),
        userHandle: userHandle && toText(userHandle),
        credential,
    };
};

const optionsFor = async (form) => {
    const here = document.getElementById("js_data");
    if (here) return JSON.parse(here.textContent);
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.statusText);
    return response.json();
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[data-passkey-button]");
    const message = form.querySelector("[data-passkey-error]");
    if (!window.PublicKeyCredential) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
        message.hidden = true;
        try {
            const ask = form.dataset.passkey === "create" ? create : get;
            const { credential, ...response } = await ask(await optionsFor(form), form);
            form.elements.credential.value = JSON.stringify({
                id: credential.id,
                rawId: toText(credential.rawId),
                type: credential.type,
                authenticatorAttachment: credential.authenticatorAttachment,
                clientExtensionResults: credential.getClientExtensionResults(),
                response,
            });
            form.submit();
        } catch {
            message.hidden = false;
        }
    });
}
