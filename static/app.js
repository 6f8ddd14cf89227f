// What a signed-in page may do quicker. Every page works without this file.
// Nothing is written to the browser's storage: computers are shared.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

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

// Signed in again in another tab: a form takes over the new session's token.
// No form is ever sent for whoever else has signed in there.
const LINE = document.querySelector("template[data-line]");
const READER = LINE?.content.querySelector("[data-state]").dataset.reader;
const post = async (address, body, { headers, ...options } = {}) => {
    const send = () =>
        fetch(address, {
            method: "POST",
            body,
            redirect: "manual",
            headers: { ...(READER && { "X-Reader": READER }), ...headers },
            ...options,
        });
    const response = await send();
    if (response.status !== 403) return response;
    const { token } = await response.clone().json().catch(() => ({}));
    if (!token) return response;
    for (const field of all("[name=csrfmiddlewaretoken]")) field.value = token;
    body.set("csrfmiddlewaretoken", token);
    return send();
};
const JSON_WANTED = { headers: { Accept: "application/json" } };

// What a form says, under the names of its fields: for a file of one's own.
const textOf = (form) => {
    const parts = new Map();
    const plainly = (node) => node.textContent.trim().replace(/\s+/g, " ");
    for (const field of form.elements) {
        const [label] = field.labels ?? [];
        if (!label || field.type === "file") continue;
        const ticked = ["radio", "checkbox"].includes(field.type);
        const chosen = [...(field.selectedOptions ?? [])].map((option) => option.value && option.text);
        const words = ticked ? plainly(label) : field.selectedOptions ? chosen.join("\n") : field.value.trim();
        if (!words || (ticked && !field.checked)) continue;
        const group = ticked && field.closest("fieldset")?.querySelector("legend");
        const title = plainly(group || label);
        parts.set(title, [...(parts.get(title) ?? []), words]);
    }
    return [...parts].map(([title, said]) => `${title}\n${said.join("\n")}\n`).join("\n");
};
const download = (form) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([textOf(form)], { type: "text/plain;charset=utf-8" }));
    link.download = `${location.pathname.split("/").filter(Boolean).join("-")}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
};

// A form with words, <form data-guard> or around a data-guard. While something on it is
// nowhere else, leaving the page warns. A button that is pressed sends it from here: the
// page stays until the site has answered, and sends the same again when the line is back,
// under the same number, so that it is acted upon once.
//
// With data-draft (an address; none is the form's own), what is typed is kept on the
// server meanwhile, which moves nothing else. `sequence` counts what is sent: the server
// ignores what was overtaken.
const PAUSE = 3000;
const AT_MOST = 15000;
const RETRY = [5000, 15000, 60000];
// What a form carries besides words.
const CARRIED = ["csrfmiddlewaretoken", "writing", "sequence", "refused"];

const watch = (form) => {
    // The form itself, or a part of it, that bears this attribute.
    const marked = (name) => (form.matches(`[${name}]`) ? form : form.querySelector(`[${name}]`));
    (marked("data-line-here") ?? form).append(LINE.content.cloneNode(true));
    const [line, signedOut, take] = ["[data-state]", "[data-signed-out]", "[data-take]"].map((each) =>
        form.querySelector(each),
    );
    if (form.querySelector("[value=download]")) take.remove();
    const drafts = marked("data-draft");
    const bar = form.querySelector(".save");
    const sequence = form.elements.sequence;
    const number = form.elements.csrfmiddlewaretoken?.value ?? "";
    const words = () =>
        JSON.stringify([...new FormData(form)].filter(([name, value]) => value.length && !CARRIED.includes(name)));
    const begun = words();
    let since = line.dataset.since;
    let said = "";
    let timer = 0;
    let first = 0; // when the oldest word that is not kept was typed
    let failures = 0;
    const begunDirty = Boolean(marked("data-dirty")); // shown again, and not saved
    let dirty = begunDirty; // something stands here and nowhere else
    let kept = false; // a draft was kept
    let leaving = false;
    let pressed; // the button that waits for its answer: null if it has no name
    let sending = false;

    // Read aloud when it changes kind, not at each new time.
    const say = (kind) => {
        const quiet = kind === "saving" || kind === said;
        line.setAttribute("aria-live", quiet ? "off" : "polite");
        line.textContent = line.dataset[kind].replace("{time}", since);
        line.dataset.kind = kind;
        take.hidden = kind === "saving" || kind === "saved";
        if (!quiet) said = kind;
    };
    const waits = () => pressed !== undefined;
    const now = (options) => (waits() ? deliver() : keepDraft(options));
    const later = (wait) => {
        clearTimeout(timer);
        timer = setTimeout(now, wait);
    };
    const fail = (kind) => {
        say(kind);
        later(RETRY[Math.min(failures++, RETRY.length - 1)]);
    };
    const holdsFile = () => all("input[type=file]", form).some((input) => input.files.length);
    const next = () => sequence && (sequence.value = Number(sequence.value) + 1);

    // Without files; lines end as a browser ends them.
    const plainBody = () => {
        const body = new URLSearchParams();
        for (const [name, value] of new FormData(form))
            if (typeof value === "string") body.append(name, value.replace(/\r?\n/g, "\r\n"));
        return body;
    };

    const keepDraft = async (options) => {
        clearTimeout(timer);
        if (!drafts || !first || leaving) return;
        const began = first;
        first = 0;
        next();
        const body = plainBody();
        say("saving");
        const again = (kind) => {
            first ||= began;
            if (!waits()) fail(kind);
        };
        let response;
        try {
            const own = form.getAttribute("action") ?? location.pathname;
            response = await post(drafts.dataset.draft || own, body, { ...JSON_WANTED, ...options });
        } catch {
            return again("offline");
        }
        // 401 and a redirection: signed out; 409: somebody else signed in here.
        signedOut.hidden = ![0, 401, 409].includes(response.status);
        if (!response.ok) return again("unsaved");
        failures = 0;
        kept = true;
        const answer = await response.json();
        since = answer.saved;
        tellWhoIsHere(answer.here);
        if (waits()) return;
        say("saved");
        if (!first) dirty = holdsFile();
    };

    const addressOf = () =>
        pressed?.getAttribute("formaction") ??
        form.getAttribute("action") ??
        location.pathname + location.search;
    const leave = () => {
        leaving = true;
        dirty = false;
        pressed = undefined;
    };
    // The site wants to show something: the browser sends the form as it always did.
    const show = () => {
        form.setAttribute("action", addressOf());
        if (pressed?.name) {
            const carrier = form.appendChild(document.createElement("input"));
            Object.assign(carrier, { type: "hidden", name: pressed.name, value: pressed.value });
        }
        leave();
        HTMLFormElement.prototype.submit.call(form);
    };
    const go = (address) => {
        leave();
        const to = new URL(address, location.href);
        const same = to.pathname + to.search === location.pathname + location.search;
        location.assign(to.href);
        if (same && to.hash) location.reload();
    };

    const deliver = async () => {
        clearTimeout(timer);
        if (sending) return;
        sending = true;
        say("saving");
        next(); // a draft still on its way is older than what is saved now
        const body = form.enctype === "multipart/form-data" ? new FormData(form) : plainBody();
        if (pressed?.name) body.append(pressed.name, pressed.value);
        const headers = { "X-Requested-With": "suivi", "Idempotency-Key": number };
        let response;
        let answer;
        try {
            response = await post(addressOf(), body, { headers });
            answer = await response.json().catch(() => null);
        } catch {
            response = null;
        }
        sending = false;
        const out = Boolean(response) && [401, 409].includes(response.status);
        signedOut.hidden = !out;
        if (answer?.location) return go(answer.location);
        if (answer?.show) return show();
        if (answer?.show === false) {
            pressed = undefined;
            return say("refused");
        }
        fail(out ? "unsaved" : response ? "away" : "waits");
    };

    const typed = (event) => {
        const differs = begunDirty || event.target === form || words() !== begun;
        dirty = differs || holdsFile();
        if (dirty) bar?.classList.add("on");
        // A file by itself is no words.
        if (!drafts || !(differs || kept) || event.target.type === "file") return;
        first ||= Date.now();
        if (!failures && !waits()) later(Math.max(0, Math.min(PAUSE, first + AT_MOST - Date.now())));
    };
    // A field may stand elsewhere on the page and belong to the form by its attribute.
    const hear = (kind, act) =>
        document.addEventListener(
            kind,
            (event) => [event.target, event.target.form].includes(form) && act(event),
            true,
        );
    hear("input", typed);
    hear("change", typed);
    hear("focusout", (event) => {
        if (event.target.type === "radio" && !waits()) keepDraft();
    });
    take.addEventListener("click", () => download(form));
    form.addEventListener("submit", (event) => {
        if (event.submitter?.value === "download") {
            event.preventDefault();
            return download(form);
        }
        // An old browser does not say which button was pressed: it sends by itself.
        if (!("submitter" in event)) return leave();
        event.preventDefault();
        pressed = event.submitter;
        failures = 0;
        deliver();
    });
    window.addEventListener("beforeunload", (event) => {
        if (dirty || waits()) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
        if (document.hidden) {
            if (!waits()) keepDraft({ keepalive: true });
        } else if (first || waits()) later(0); // perhaps back from signing in
    });
    window.addEventListener("online", () => (first || waits()) && later(0));
    window.addEventListener("pageshow", () => (leaving = false));
    if (begunDirty) typed({ target: form });
};
if (LINE) for (const form of new Set(all("[data-guard]").map((mark) => mark.closest("form")))) watch(form);

if (visit) {
    const body = () =>
        new URLSearchParams({
            csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value,
            page: visit.dataset.page,
        });
    const hear = async () => {
        if (document.hidden || Date.now() - heardAt < HEARTBEAT / 2) return;
        const response = await post(visit.dataset.present, body(), JSON_WANTED).catch(() => null);
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
        const response = await post(form.action, body, JSON_WANTED).catch(() => null);
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
