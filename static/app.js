// What a signed-in page may do quicker. Every page works without this file.
// Nothing is written to the browser's storage: computers are shared.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// A text that is downloaded leaves the page as it is.
const staysHere = (event) => event.submitter?.value === "download";

// <form data-guard>: warn before leaving with unsaved words; offer them as a file.
for (const form of all("form[data-guard]")) {
    let dirty = form.hasAttribute("data-dirty");
    const bar = form.querySelector(".save");
    const mark = () => {
        dirty = true;
        bar?.classList.add("on");
    };
    form.addEventListener("input", mark);
    form.addEventListener("change", mark);
    form.addEventListener("submit", (event) => (dirty &&= staysHere(event)));
    form.addEventListener("kept", () => (dirty = false));
    window.addEventListener("beforeunload", (event) => {
        if (dirty) event.preventDefault();
    });

    // <button type="button" data-download="file name" hidden>
    const button = form.querySelector("[data-download]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
        const parts = all("textarea, input[type=text], input[type=url]", form)
            .filter((field) => field.value)
            .map((field) => `${field.labels[0]?.textContent.trim() ?? field.name}\n${field.value}`);
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([parts.join("\n\n")], { type: "text/plain" }));
        link.download = button.dataset.download;
        link.click();
        URL.revokeObjectURL(link.href);
    });
}

// <div data-present="address" data-page="/my/…">: say who else has this page open. A
// hint: it takes no focus, is read aloud when it changes, and holds nobody up.
const HEARTBEAT = 60000;
const visit = document.querySelector("[data-present]");
let heardAt = Date.now();

const tellWhoIsHere = (sentence) => {
    heardAt = Date.now();
    if (!visit || sentence === undefined) return;
    const place = visit.querySelector("[data-here]");
    if (place.textContent !== sentence) place.textContent = sentence;
    visit.firstElementChild.hidden = !sentence;
};

// <form data-draft>: keep a draft on the server while typing, which moves nothing
// else. `sequence` counts what is sent: the server ignores what was overtaken.
const PAUSE = 3000;
const AT_MOST = 15000;
const RETRY = [5000, 15000, 60000];

const renewToken = (token) => {
    for (const field of all("[name=csrfmiddlewaretoken]")) field.value = token;
};

const post = async (address, body, options = {}) => {
    const send = () =>
        fetch(address, {
            method: "POST",
            body,
            headers: { Accept: "application/json" },
            redirect: "manual",
            ...options,
        });
    const response = await send();
    if (response.status !== 403) return response;
    // Signed in again in another tab: the form takes over the new session's token.
    const { token } = await response.json();
    renewToken(token);
    body.set("csrfmiddlewaretoken", token);
    return send();
};

for (const form of all("form[data-draft]")) {
    const line = form.querySelector("[data-state]");
    const signedOut = form.querySelector("[data-signed-out]");
    const sequence = form.elements.sequence;
    let since = line.dataset.since;
    let said = "";
    let timer = 0;
    let first = 0; // when the oldest word that is not kept was typed
    let failures = 0;
    let leaving = false;

    // Read aloud when it changes kind, not at each new time.
    const say = (kind) => {
        const quiet = kind === "saving" || kind === said;
        line.setAttribute("aria-live", quiet ? "off" : "polite");
        line.textContent = line.dataset[kind].replace("{time}", since);
        if (!quiet) said = kind;
    };
    const later = (wait) => {
        clearTimeout(timer);
        timer = setTimeout(send, wait);
    };
    const next = () => (sequence.value = Number(sequence.value) + 1);
    const fail = (kind, began) => {
        first ||= began;
        say(kind);
        later(RETRY[Math.min(failures++, RETRY.length - 1)]);
    };

    const send = async (options) => {
        clearTimeout(timer);
        if (!first || leaving) return;
        const began = first;
        first = 0;
        next();
        const body = new URLSearchParams();
        for (const [name, value] of new FormData(form))
            if (typeof value === "string") body.append(name, value);
        say("saving");
        let response;
        try {
            response = await post(form.getAttribute("action") ?? location.pathname, body, options);
        } catch {
            return fail("offline", began);
        }
        // 401 and a redirection: signed out; 409: somebody else signed in here.
        const out = [0, 401, 409].includes(response.status);
        signedOut.hidden = !out;
        if (!response.ok) return fail("unsaved", began);
        failures = 0;
        const answer = await response.json();
        since = answer.saved;
        tellWhoIsHere(answer.here);
        say("saved");
        if (!first) form.dispatchEvent(new Event("kept"));
    };

    const typed = () => {
        first ||= Date.now();
        if (!failures) later(Math.max(0, Math.min(PAUSE, first + AT_MOST - Date.now())));
    };
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("focusout", (event) => {
        if (event.target.type === "radio") send();
    });
    form.addEventListener("submit", (event) => {
        leaving = !staysHere(event);
        // A draft still on its way is older than what is saved now.
        if (Number(sequence.value)) next();
    });
    document.addEventListener("visibilitychange", () => {
        if (document.hidden) send({ keepalive: true });
        else if (first) later(0); // perhaps back from signing in
    });
    window.addEventListener("online", () => first && later(0));
    window.addEventListener("pageshow", () => (leaving = false));
    if (form.hasAttribute("data-dirty")) typed(); // shown again, and not saved
}

if (visit) {
    const body = () =>
        new URLSearchParams({
            csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value,
            page: visit.dataset.page,
        });
    const hear = async () => {
        if (document.hidden || Date.now() - heardAt < HEARTBEAT / 2) return;
        const response = await post(visit.dataset.present, body()).catch(() => null);
        if (response?.ok) tellWhoIsHere((await response.json()).here);
    };
    setInterval(hear, HEARTBEAT);
    document.addEventListener("visibilitychange", hear);
    window.addEventListener("pagehide", () => {
        const leaving = body();
        leaving.set("left", "1");
        navigator.sendBeacon(visit.dataset.present, leaving);
    });
    // Shown after a mistake or brought back, the page does not know yet.
    if ("unasked" in visit.dataset) heardAt = 0;
    window.addEventListener("pageshow", (event) => {
        if (event.persisted) heardAt = 0;
        hear();
    });
}

// <div data-session="seconds left" hidden>: shown five minutes before the end.
const WARNING = 300;
for (const warning of all("[data-session]")) {
    let ends = 0;
    const begin = (seconds) => {
        warning.hidden = true;
        ends = Date.now() + seconds * 1000;
    };
    begin(Number(warning.dataset.session));
    setInterval(() => {
        if (Date.now() > ends - WARNING * 1000) warning.hidden = false;
    }, 5000);
    const form = warning.querySelector("form");
    form.addEventListener("submit", async (event) => {
        // What is on the page stays on the page.
        event.preventDefault();
        const body = new URLSearchParams(new FormData(form));
        const response = await post(form.action, body).catch(() => null);
        if (response?.ok) begin((await response.json()).seconds);
        else form.submit();
    });
}

// <textarea data-count="2000">: characters typed, of those allowed. The server
// counts code points and line breaks as one character, and so does this.
const number = new Intl.NumberFormat(document.documentElement.lang);
for (const field of all("[data-count]")) {
    const limit = Number(field.dataset.count);
    const note = document.createElement("p");
    note.className = "count-note num";
    field.after(note);
    const count = () => {
        const length = [...field.value].length;
        note.textContent = `${number.format(length)} / ${number.format(limit)}`;
        note.classList.toggle("over", length > limit);
    };
    field.addEventListener("input", count);
    count();
}

// <div data-when="status" data-is="planned not_applicable">: shown only while
// the field of that name has one of these values. What is hidden is still sent. A
// part among radio buttons moves under the one that is chosen.
const moveUnder = (part, chosen) => {
    let next = chosen.nextElementSibling;
    while (next && !next.matches(".radio")) next = next.nextElementSibling;
    chosen.parentNode.insertBefore(part, next);
};
for (const part of all("[data-when]")) {
    const form = part.closest("form");
    const wanted = part.dataset.is.split(" ");
    const update = () => {
        const value = new FormData(form).get(part.dataset.when) ?? "";
        // A part with a mistake stays in sight, or its error could not be found.
        part.hidden = !wanted.includes(value) && !part.querySelector(".errmsg");
        if (wanted.includes(value) && part.parentNode.matches(".radios"))
            moveUnder(part, part.parentNode.querySelector(".radio:has(:checked)"));
    };
    form.addEventListener("change", update);
    update();
}

// <button type="button" data-print hidden>
for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
}

// <a data-whole>: print all of a list, not the page of it that is on the screen. What
// the printer waits for cannot come later, so that this request holds everything.
for (const link of all("[data-whole]")) {
    const part = document.querySelector("main .cols");
    let whole = null;
    addEventListener("beforeprint", () => {
        const request = new XMLHttpRequest();
        try {
            request.open("GET", link.href, false);
            request.send();
        } catch {
            return; // without the line, the paper says which rows it holds
        }
        if (request.status !== 200) return;
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        whole = page.querySelector("main .cols");
        if (whole) part.replaceWith(whole);
    });
    addEventListener("afterprint", () => whole?.replaceWith(part));
}

// <input type="search" data-filter="list-id">: narrow a list while typing. Rows
// are the list's [data-row] elements; a [data-group] without rows is hidden.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
for (const input of all("[data-filter]")) {
    const list = document.getElementById(input.dataset.filter);
    const rows = all("[data-row]", list).map((row) => [row, plain(row.textContent)]);
    const none = list.querySelector("[data-none]");
    const narrow = () => {
        const words = plain(input.value).split(/\s+/);
        for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
        for (const group of all("[data-group]", list))
            group.hidden = !all("[data-row]", group).some((row) => !row.hidden);
        if (none) none.hidden = rows.some(([row]) => !row.hidden);
    };
    input.addEventListener("input", narrow);
    if (input.value) narrow();
}

// <details data-remember="guidance">: opened or closed as it was left, kept in a
// cookie that the server reads.
for (const part of all("details[data-remember]"))
    part.addEventListener("toggle", () => {
        const value = part.open ? "open" : "closed";
        document.cookie = `${part.dataset.remember}=${value}; path=/; max-age=31536000; samesite=lax`;
    });

// <button data-copy="id" data-done="words" hidden>: copy what stands under the id.
for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        button.textContent = button.dataset.done;
    });
}
